# SPDX-License-Identifier: Apache-2.0
# What keeps the source tree in order: no program is run.
story(house includes)
story(house scripts)
story(house format)
story(house facts-documented)
