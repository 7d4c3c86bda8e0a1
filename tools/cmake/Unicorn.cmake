# SPDX-License-Identifier: GPL-2.0-or-later
# Unicorn, of the system if it is recent enough, else of the prefix that tools/setup fills (Debian 12 has 2.0.1, without
# the virtual TLB). The target is `unicorn`; UNICORN_FROM says which one. From the prefix the archive is linked, so that
# the program runs without it.
set(unicorn_least 2.1.1)
set(unicorn_prefix ${PROJECT_SOURCE_DIR}/build/unicorn)

pkg_check_modules(UNICORN QUIET IMPORTED_TARGET unicorn>=${unicorn_least})
add_library(unicorn INTERFACE)
if(UNICORN_FOUND)
  target_link_libraries(unicorn INTERFACE PkgConfig::UNICORN)
  set(UNICORN_FROM "the system, ${UNICORN_VERSION}")
else()
  file(GLOB unicorn_archive ${unicorn_prefix}/usr/lib/*/libunicorn.a)
  if(NOT unicorn_archive)
    message(FATAL_ERROR "No Unicorn ${unicorn_least} or later on this system. Run: tools/setup build")
  endif()
  find_package(Threads REQUIRED)
  target_include_directories(unicorn SYSTEM INTERFACE ${unicorn_prefix}/usr/include)
  target_link_libraries(unicorn INTERFACE ${unicorn_archive} Threads::Threads m)
  set(UNICORN_FROM "${unicorn_prefix}")
endif()
message(STATUS "Unicorn: ${UNICORN_FROM}")
