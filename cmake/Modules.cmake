# SPDX-License-Identifier: Apache-2.0
# Every library the project stands on: pkg-config module, smallest version, Debian package. CONTRIBUTING.md
# says why each is there.
find_package(PkgConfig REQUIRED)

set(modules
  "glib       glib-2.0     2.74    libglib2.0-dev"
  "jansson    jansson      2.14    libjansson-dev"
  "sqlite     sqlite3      3.40.0  libsqlite3-dev"
  "libvirt    libvirt      9.0.0   libvirt-dev"
  "libvirt_qemu libvirt-qemu 9.0.0 libvirt-dev"
  "libxml     libxml-2.0   2.9.14  libxml2-dev"
  "uuid       uuid         2.38    uuid-dev"
  "ext2fs     ext2fs       1.47.0  libext2fs-dev"
  "com_err    com_err      1.47.0  comerr-dev"
  "zlib       zlib         1.2.13  zlib1g-dev"
  "zstd       libzstd      1.5.4   libzstd-dev"
  "yaml       yaml-0.1     0.2.5   libyaml-dev"
  "smartcols  smartcols    2.38    libsmartcols-dev"
  "seccomp    libseccomp   2.5.4   libseccomp-dev"
  "systemd    libsystemd   252     libsystemd-dev")

set(missing "")
foreach(row IN LISTS modules)
  string(REGEX REPLACE " +" ";" row "${row}")
  list(GET row 0 name)
  list(GET row 1 module)
  list(GET row 2 version)
  list(GET row 3 package)
  pkg_check_modules(${name} IMPORTED_TARGET "${module}>=${version}")
  if(NOT ${name}_FOUND)
    string(APPEND missing "\n  ${module} >= ${version}: apt-get install ${package}")
  endif()
endforeach()
if(missing)
  message(FATAL_ERROR "These libraries are missing or too old:${missing}")
endif()
