# SPDX-License-Identifier: Apache-2.0
story(cli prom)
story(cli units)
story(cli watch)
