# SPDX-License-Identifier: GPL-2.0-or-later
# The second compiler: src/ as freestanding rv64 code, beside the native build. CMake drives one C compiler per build tree, so
# this one is called by add_custom_command. Without it (tools/setup installs it) the functions here do nothing.
#
#   add_rv64_library(name SOURCES...)    an archive; its path is the target property RV64_FILE
#   add_rv64_program(name SOURCES...)    a static user-mode ELF without libc: tests/twin/start.S, the sources, monitor and Folio
#   add_rv64_test(test program ARGS...)  runs it under qemu-riscv64
find_program(RV64_CC riscv64-unknown-elf-gcc)
find_program(RV64_AR riscv64-unknown-elf-ar)
find_program(RV64_QEMU NAMES qemu-riscv64 qemu-riscv64-static)

if(RV64_CC AND RV64_AR)
  set(RV64_FOUND TRUE)
  message(STATUS "rv64: src/ is compiled a second time with ${RV64_CC}")
else()
  set(RV64_FOUND FALSE)
  message(STATUS "rv64: no riscv64-unknown-elf-gcc, src/ is compiled natively only (tools/setup installs the cross compiler)")
endif()
if(RV64_FOUND AND NOT RV64_QEMU)
  message(STATUS "rv64: no qemu-riscv64, the rv64 programs are built but not run (tools/setup installs it)")
endif()

if(RV64_FOUND)
  execute_process(COMMAND ${RV64_CC} -print-file-name=include OUTPUT_VARIABLE rv64_include
                  OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()
# A loop in memcpy must not be recognised as a call of memcpy.
set(RV64_FLAGS -std=c11 -O2 -g ${cvmlab_warnings} -march=rv64gc -mabi=lp64d -mcmodel=medany -ffreestanding -nostdinc
    -fno-tree-loop-distribute-patterns -isystem ${rv64_include}
    -ffile-prefix-map=${PROJECT_SOURCE_DIR}/= -I${PROJECT_SOURCE_DIR}/src)

# Appends to the list named out one object file per source. name keeps the objects of two targets apart.
function(rv64_compile out name)
  foreach(source ${ARGN})
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
    get_filename_component(stem ${source} NAME)
    set(object ${CMAKE_CURRENT_BINARY_DIR}/rv64/${name}/${stem}.o)
    add_custom_command(
      OUTPUT ${object}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_CURRENT_BINARY_DIR}/rv64/${name}
      COMMAND ${RV64_CC} ${RV64_FLAGS} -MD -MF ${object}.d -c ${source} -o ${object}
      DEPENDS ${source}
      DEPFILE ${object}.d
      COMMENT "rv64: compiling ${stem}"
      VERBATIM)
    list(APPEND objects ${object})
  endforeach()
  set(${out} ${objects} PARENT_SCOPE)
endfunction()

function(add_rv64_library name)
  if(NOT RV64_FOUND)
    return()
  endif()
  set(archive ${CMAKE_CURRENT_BINARY_DIR}/lib${name}.a)
  rv64_compile(objects ${name} ${ARGN})
  add_custom_command(
    OUTPUT ${archive}
    COMMAND ${CMAKE_COMMAND} -E rm -f ${archive}
    COMMAND ${RV64_AR} rcs ${archive} ${objects}
    DEPENDS ${objects}
    COMMENT "rv64: archiving ${name}"
    VERBATIM)
  add_custom_target(${name} ALL DEPENDS ${archive})
  set_target_properties(${name} PROPERTIES RV64_FILE ${archive})
endfunction()

function(add_rv64_program name)
  if(NOT RV64_FOUND)
    return()
  endif()
  set(program ${CMAKE_CURRENT_BINARY_DIR}/${name}.elf)
  rv64_compile(objects ${name} ${PROJECT_SOURCE_DIR}/tests/twin/start.S ${ARGN})
  get_target_property(monitor monitor_rv64 RV64_FILE)
  get_target_property(folio folio_rv64 RV64_FILE)
  add_custom_command(
    OUTPUT ${program}
    COMMAND ${RV64_CC} -march=rv64gc -mabi=lp64d -mcmodel=medany -nostdlib -static ${objects} ${folio} ${monitor} -lgcc -o ${program}
    DEPENDS ${objects} ${monitor} monitor_rv64 ${folio} folio_rv64
    COMMENT "rv64: linking ${name}"
    VERBATIM)
  add_custom_target(${name} ALL DEPENDS ${program})
  set_target_properties(${name} PROPERTIES RV64_FILE ${program})
endfunction()

function(add_rv64_test test program)
  if(NOT RV64_FOUND OR NOT RV64_QEMU)
    return()
  endif()
  get_target_property(file ${program} RV64_FILE)
  add_test(NAME ${test} COMMAND ${RV64_QEMU} ${file} ${ARGN} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${test} PROPERTIES LABELS twin)
endfunction()
