# SPDX-License-Identifier: Apache-2.0
story(cli hostile-guests)
