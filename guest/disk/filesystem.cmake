# SPDX-License-Identifier: Apache-2.0
add_library(disk_inspect STATIC
  fs.c magic.c
  ext.c ext_volume.c ext_io.c ext_content.c ext_directory.c
  tree.c tree_path.c
  fstab.c volume.c volume_find.c mounts.c
  inspect.c verdict.c)
target_link_libraries(disk_inspect
  PUBLIC project_options PkgConfig::glib disk_block road facts
  PRIVATE PkgConfig::ext2fs PkgConfig::com_err)
