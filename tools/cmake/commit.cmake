# SPDX-License-Identifier: GPL-2.0-or-later
# Run by every build: cmake -DSOURCE=... -DHEADER=... -P commit.cmake. Writes HEADER with the commit of SOURCE, if it changed.
cmake_minimum_required(VERSION 3.25)
find_program(GIT git)
set(commit unknown)
if(GIT)
  execute_process(COMMAND ${GIT} -C ${SOURCE} describe --always --dirty --exclude=* --abbrev=12
                  OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed)
    set(commit ${described})
  endif()
endif()
file(CONFIGURE OUTPUT ${HEADER} CONTENT "#define CVMLAB_COMMIT \"@commit@\"\n" @ONLY)
