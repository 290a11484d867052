# musl for the unikernel SDK, from its own list of sources (src/*/*.c, replaced by files of the same
# name in an architecture's folder), with our overlay on top.
#
# The overlay is kernel/musl, laid out as musl's own tree:
#   kernel/musl/arch/x86_64/*.h        come before musl's headers (syscall_arch.h, ...)
#   kernel/musl/src/internal/*.h       likewise
#   kernel/musl/src/DIR/NAME.{c,s,S}   (or DIR/x86_64/NAME) replaces musl's DIR/NAME, or adds to it
#   kernel/musl/crt/*.h, crt1.c        likewise for the start code
#
# Targets: uc_musl (interface: headers), c-unikernel (libc.a), musl_crt1 (crt1.o).

set(musl ${UC_SOURCES_DIR}/musl)
set(overlay ${PROJECT_SOURCE_DIR}/kernel/musl)
set(musl_generated ${CMAKE_BINARY_DIR}/musl)

# bits/alltypes.h, bits/syscall.h and version.h, as musl's Makefile makes them.
file(MAKE_DIRECTORY ${musl_generated}/include/bits ${musl_generated}/internal)
execute_process(
    COMMAND sed -f ${musl}/tools/mkalltypes.sed
            ${musl}/arch/x86_64/bits/alltypes.h.in ${musl}/include/alltypes.h.in
    OUTPUT_FILE ${musl_generated}/include/bits/alltypes.h.new COMMAND_ERROR_IS_FATAL ANY)
execute_process(
    COMMAND sed -n -e p -e "s/__NR_/SYS_/p" ${musl}/arch/x86_64/bits/syscall.h.in
    OUTPUT_FILE ${musl_generated}/include/bits/syscall.h.new COMMAND_ERROR_IS_FATAL ANY)
foreach(name alltypes syscall)
    file(COPY_FILE ${musl_generated}/include/bits/${name}.h.new
         ${musl_generated}/include/bits/${name}.h ONLY_IF_DIFFERENT)
    file(REMOVE ${musl_generated}/include/bits/${name}.h.new)
endforeach()
file(STRINGS ${musl}/VERSION musl_version)
file(CONFIGURE OUTPUT ${musl_generated}/internal/version.h
     CONTENT "#define VERSION \"${musl_version}\"\n")

# Overlay first, then the generated, then musl's: the first of a name wins.
add_library(uc_musl INTERFACE)
# (As options, since CMake leaves out a compiler's own folder; joined, since paths may have spaces.)
target_compile_options(uc_musl INTERFACE
    "-isystem${musl_generated}/include" "-isystem${musl}/arch/x86_64"
    "-isystem${musl}/arch/generic" "-isystem${musl}/include" "-isystem${UC_COMPILER_INCLUDE}")

# NAME -> source: later rows replace earlier ones.
function(musl_collect root watch)
    file(GLOB plain ${watch} ${root}/src/*/*.c ${root}/src/malloc/mallocng/*.c)
    file(GLOB arch ${watch} ${root}/src/*/x86_64/*.[csS])
    file(GLOB flat ${watch} ${root}/src/*/*.[sS])
    foreach(path ${plain} ${flat} ${arch})
        file(RELATIVE_PATH key ${root}/src ${path})
        string(REPLACE "/x86_64/" "/" key ${key})
        string(REGEX REPLACE "\\.[csS]$" "" key ${key})
        string(MAKE_C_IDENTIFIER "musl_row_${key}" variable)
        set(${variable} ${path} PARENT_SCOPE)
        list(APPEND musl_keys ${variable})
    endforeach()
    set(musl_keys ${musl_keys} PARENT_SCOPE)
endfunction()

set(musl_keys)
musl_collect(${musl} "")
musl_collect(${overlay} CONFIGURE_DEPENDS)
list(REMOVE_DUPLICATES musl_keys)
set(musl_sources)
foreach(key ${musl_keys})
    list(APPEND musl_sources ${${key}})
endforeach()

add_library(uc_musl_build INTERFACE)
target_compile_options(uc_musl_build INTERFACE
    ${UC_UNIKERNEL_FLAGS} -nostdinc -ffreestanding -fexcess-precision=standard -frounding-math
    -fno-strict-aliasing -w
    $<$<COMPILE_LANGUAGE:C>:-std=gnu99> $<$<COMPILE_LANGUAGE:ASM>:-Wa,--noexecstack>)
# A header that joins the overlay hides one of musl's, which no dependency file would tell: the names
# are part of the command line.
file(GLOB_RECURSE overlay_headers CONFIGURE_DEPENDS RELATIVE ${overlay} ${overlay}/*.h)
string(MD5 overlay_names "${overlay_headers}")
target_compile_definitions(uc_musl_build INTERFACE _XOPEN_SOURCE=700 UC_OVERLAY_${overlay_names})
target_include_directories(uc_musl_build INTERFACE
    ${overlay}/arch/x86_64 ${overlay}/src/internal ${overlay}/crt
    ${musl}/arch/x86_64 ${musl}/arch/generic ${musl_generated}/internal
    ${musl}/src/include ${musl}/src/internal ${musl_generated}/include ${musl}/include)

add_library(c-unikernel STATIC ${musl_sources})
set_target_properties(c-unikernel PROPERTIES
    OUTPUT_NAME c ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/unikernel/lib)
target_link_libraries(c-unikernel PRIVATE uc_musl_build)

add_library(musl_crt1 OBJECT ${musl}/crt/crt1.c)
target_link_libraries(musl_crt1 PRIVATE uc_musl_build)
target_compile_definitions(musl_crt1 PRIVATE CRT)
target_compile_options(musl_crt1 PRIVATE -fno-stack-protector)

# These run before the canary is there, or are what the compiler makes its own loops into.
foreach(path ${musl_sources})
    if(path MATCHES "/(__libc_start_main|__init_tls|__stack_chk_fail|__set_thread_area)\\.[csS]$")
        set_property(SOURCE ${path} APPEND PROPERTY COMPILE_OPTIONS -fno-stack-protector)
    elseif(path MATCHES "/(memset|memcpy|memmove|memcmp)\\.[c]$")
        set_property(SOURCE ${path} APPEND PROPERTY COMPILE_OPTIONS
                     -fno-stack-protector -fno-tree-loop-distribute-patterns)
    endif()
endforeach()

set(sdk ${UC_SDK_DIR}/unikernel)
add_dependencies(sdk_stage c-unikernel musl_crt1)
install(FILES $<TARGET_FILE:c-unikernel> DESTINATION ${sdk}/lib COMPONENT unikernel)
install(FILES $<TARGET_OBJECTS:musl_crt1> DESTINATION ${sdk}/lib RENAME crt1.o COMPONENT unikernel)
install(DIRECTORY ${musl}/include/ DESTINATION ${sdk}/include COMPONENT unikernel
        FILES_MATCHING PATTERN "*.h")
install(DIRECTORY ${musl}/arch/generic/bits ${musl}/arch/x86_64/bits ${musl_generated}/include/bits
        DESTINATION ${sdk}/include COMPONENT unikernel FILES_MATCHING PATTERN "*.h")
