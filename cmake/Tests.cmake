# Tests of a room.
#
#   uc_test(NAME name SOURCES a.c ... [LIBS lib...] [INCLUDE dir...] [ARGS a...] [TIMEOUT seconds]
#           [DEFINITIONS d...] [LABEL unit|fuzz])
#       A host program that prints TAP and exits non-zero when a line is "not ok". Built by target
#       unit_tests. It runs in its own source folder, with $UC_TEST_TMP an empty folder of its own.
#   uc_script_test(NAME name SCRIPT file [TIMEOUT seconds])
#       The same for a bash script; $UC_ROOT is the clone.
#   uc_image_test(NAME name SOURCES a.c ... [FLAGS f...] [TIMEOUT seconds] [RUN script] [ARGS a...])
#       A C program with a main() that becomes an image, BUILD/images/NAME.elf, by the unikernel SDK
#       (target kernel_tests). `RUN IMAGE ARGS...` runs it and prints TAP; RUN is tests/kernel/run-image
#       unless said.
#
# tests/run reads what is registered from BUILD/tests.list: label|name|folder|seconds|command...

define_property(GLOBAL PROPERTY UC_TEST_ROWS)
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
    pkg_check_modules(CMOCKA QUIET IMPORTED_TARGET cmocka)
endif()
enable_testing()
add_custom_target(unit_tests)
# Test data are literals, also where a struct has `char *`.
add_library(uc_test_flags INTERFACE)
target_compile_options(uc_test_flags INTERFACE -Wno-write-strings)
add_custom_target(kernel_tests)

function(uc_test)
    cmake_parse_arguments(arg "" "NAME;TIMEOUT;LABEL" "SOURCES;LIBS;INCLUDE;ARGS;DEFINITIONS" ${ARGN})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300)
    endif()
    if(NOT arg_LABEL)
        set(arg_LABEL unit)
    endif()
    add_executable(${arg_NAME} EXCLUDE_FROM_ALL ${arg_SOURCES})
    target_include_directories(${arg_NAME} PRIVATE ${arg_INCLUDE})
    target_compile_definitions(${arg_NAME} PRIVATE ${arg_DEFINITIONS}
        UC_TEST_DIR="${CMAKE_CURRENT_SOURCE_DIR}" UC_ROOT_DIR="${PROJECT_SOURCE_DIR}")
    target_link_libraries(${arg_NAME} PRIVATE ${arg_LIBS} uc_host uc_warnings uc_test_flags)
    if(CMOCKA_FOUND)
        target_link_libraries(${arg_NAME} PRIVATE PkgConfig::CMOCKA)
    endif()
    add_dependencies(unit_tests ${arg_NAME})
    add_test(NAME ${arg_NAME} COMMAND ${arg_NAME} ${arg_ARGS}
             WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
    set_tests_properties(${arg_NAME} PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
    set(row "${arg_LABEL}|${arg_NAME}|${CMAKE_CURRENT_SOURCE_DIR}|${arg_TIMEOUT}")
    string(APPEND row "|$<TARGET_FILE:${arg_NAME}>")
    foreach(word ${arg_ARGS})
        string(APPEND row "|${word}")
    endforeach()
    set_property(GLOBAL APPEND PROPERTY UC_TEST_ROWS "${row}")
endfunction()

function(uc_script_test)
    cmake_parse_arguments(arg "" "NAME;SCRIPT;TIMEOUT" "" ${ARGN})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300)
    endif()
    set(command env UC_ROOT=${PROJECT_SOURCE_DIR} bash ${CMAKE_CURRENT_SOURCE_DIR}/${arg_SCRIPT})
    add_test(NAME ${arg_NAME} COMMAND ${command})
    set_tests_properties(${arg_NAME} PROPERTIES LABELS unit TIMEOUT ${arg_TIMEOUT})
    list(JOIN command "|" command)
    set_property(GLOBAL APPEND PROPERTY UC_TEST_ROWS
        "unit|${arg_NAME}|${CMAKE_CURRENT_SOURCE_DIR}|${arg_TIMEOUT}|${command}")
endfunction()

function(uc_image_test)
    if(NOT UC_UNIKERNEL)
        return()
    endif()
    cmake_parse_arguments(arg "" "NAME;TIMEOUT;RUN" "SOURCES;FLAGS;ARGS" ${ARGN})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300)
    endif()
    if(NOT arg_RUN)
        set(arg_RUN ${PROJECT_SOURCE_DIR}/tests/kernel/run-image)
    endif()
    set(flags)
    foreach(flag -I${CMAKE_CURRENT_SOURCE_DIR} ${arg_FLAGS})
        list(APPEND flags -f ${flag})
    endforeach()
    # uc-mkimage itself knows what is stale.
    add_custom_target(image-${arg_NAME}
        COMMAND uc-mkimage ${flags} ${CMAKE_BINARY_DIR}/sdk-stage/${UC_SDK_DIR}
                ${CMAKE_BINARY_DIR}/images ${arg_NAME} ${arg_SOURCES}
        WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} VERBATIM)
    add_dependencies(image-${arg_NAME} uc-mkimage sdk_stage)
    add_dependencies(kernel_tests image-${arg_NAME})
    set(row "kernel|${arg_NAME}|${CMAKE_CURRENT_SOURCE_DIR}|${arg_TIMEOUT}|${arg_RUN}")
    list(JOIN arg_ARGS "|" args)
    string(APPEND row "|${CMAKE_BINARY_DIR}/images/${arg_NAME}.elf|${args}")
    set_property(GLOBAL APPEND PROPERTY UC_TEST_ROWS "${row}")
endfunction()

function(uc_tests_finish)
    get_property(rows GLOBAL PROPERTY UC_TEST_ROWS)
    list(JOIN rows "\n" text)
    file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/tests.list CONTENT "${text}\n")
endfunction()
