# The two SDKs that services are built with, and how a library gets into them.
#
#   uc_sdk_library(NAME SOURCES a.c ... [INCLUDE dir...] [PRIVATE_INCLUDE dir...]
#                  [LIBS other...] [DEFINITIONS d...] [OPTIONS o...] [LINUX_LIBS pthread...] [VENDOR])
#       Builds the same sources twice: target NAME for Linux (tests and host tools link it too), and
#       target NAME-unikernel with musl's headers and the image's flags; libNAME.a goes into both
#       SDKs. INCLUDE is for users of the library, LIBS are other SDK libraries. VENDOR: not our
#       code, no warnings.
#   uc_sdk_headers(BOTH|LINUX|UNIKERNEL [DIRECTORY dir] [FILES f...] [TO subdir])
#       Installs headers into the SDK's include folder.
#   uc_sdk_unikernel_file(PATH)  /  uc_sdk_unikernel_object(PATH TARGET)
#       Installs a file (the linker script; an object, made by TARGET) into the unikernel SDK.
#
# Target sdk_stage puts the unikernel SDK alone into BUILD/sdk-stage, for the kernel's test images.
#
# An SDK's flags/cflags and flags/ldflags hold one argument a line; @SDK@ stands for its folder, and
# in ldflags the line @OBJECTS@ for the service's objects and the line @OUTPUT@ for the result.

set(UC_SDK_DIR lib/ucompose/sdk)
define_property(GLOBAL PROPERTY UC_SDK_LIBRARIES)

if(UC_UNIKERNEL)
    add_custom_target(sdk_stage
        COMMAND ${CMAKE_COMMAND} --install ${CMAKE_BINARY_DIR} --component unikernel
                --prefix ${CMAKE_BINARY_DIR}/sdk-stage > ${CMAKE_BINARY_DIR}/sdk-stage.log)
endif()

add_library(uc_unikernel INTERFACE)
target_compile_options(uc_unikernel INTERFACE ${UC_UNIKERNEL_FLAGS} -nostdinc)

function(uc_sdk_library name)
    cmake_parse_arguments(arg "VENDOR" ""
        "SOURCES;INCLUDE;PRIVATE_INCLUDE;LIBS;DEFINITIONS;OPTIONS;LINUX_LIBS" ${ARGN})
    set_property(GLOBAL APPEND PROPERTY UC_SDK_LIBRARIES ${name})

    add_library(${name} STATIC ${arg_SOURCES})
    target_include_directories(${name} PUBLIC ${arg_INCLUDE} PRIVATE ${arg_PRIVATE_INCLUDE})
    target_compile_definitions(${name} PRIVATE _GNU_SOURCE ${arg_DEFINITIONS})
    target_compile_options(${name} PRIVATE ${arg_OPTIONS} -ffunction-sections -fdata-sections)
    target_link_libraries(${name} PUBLIC ${arg_LIBS} ${arg_LINUX_LIBS})
    if(arg_VENDOR)
        target_link_libraries(${name} PRIVATE uc_host_vendor)
    else()
        target_link_libraries(${name} PRIVATE uc_host uc_warnings)
    endif()
    install(FILES $<TARGET_FILE:${name}> DESTINATION ${UC_SDK_DIR}/linux/lib)

    if(UC_UNIKERNEL)
        add_library(${name}-unikernel STATIC ${arg_SOURCES})
        set_target_properties(${name}-unikernel PROPERTIES
            OUTPUT_NAME ${name} ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/unikernel/lib)
        target_include_directories(${name}-unikernel
            PUBLIC ${arg_INCLUDE} PRIVATE ${arg_PRIVATE_INCLUDE})
        target_compile_definitions(${name}-unikernel PRIVATE _GNU_SOURCE ${arg_DEFINITIONS})
        target_compile_options(${name}-unikernel PRIVATE ${arg_OPTIONS})
        list(TRANSFORM arg_LIBS APPEND -unikernel)
        target_link_libraries(${name}-unikernel PUBLIC ${arg_LIBS} PRIVATE uc_unikernel uc_musl)
        if(arg_VENDOR)
            target_compile_options(${name}-unikernel PRIVATE -w)
        else()
            target_link_libraries(${name}-unikernel PRIVATE uc_warnings)
        endif()
        install(FILES $<TARGET_FILE:${name}-unikernel> DESTINATION ${UC_SDK_DIR}/unikernel/lib
                COMPONENT unikernel)
        add_dependencies(sdk_stage ${name}-unikernel)
    endif()
endfunction()

function(uc_sdk_headers which)
    cmake_parse_arguments(arg "" "DIRECTORY;TO" "FILES" ${ARGN})
    set(sdks)
    if(which MATCHES "BOTH|LINUX")
        list(APPEND sdks linux)
    endif()
    if(UC_UNIKERNEL AND which MATCHES "BOTH|UNIKERNEL")
        list(APPEND sdks unikernel)
    endif()
    foreach(sdk ${sdks})
        set(to ${UC_SDK_DIR}/${sdk}/include/${arg_TO})
        if(arg_DIRECTORY)
            install(DIRECTORY ${arg_DIRECTORY}/ DESTINATION ${to} COMPONENT ${sdk}
                    FILES_MATCHING PATTERN "*.h")
        endif()
        if(arg_FILES)
            install(FILES ${arg_FILES} DESTINATION ${to} COMPONENT ${sdk})
        endif()
    endforeach()
endfunction()

function(uc_sdk_unikernel_file path)
    if(UC_UNIKERNEL)
        install(FILES ${path} DESTINATION ${UC_SDK_DIR}/unikernel COMPONENT unikernel)
    endif()
endfunction()

function(uc_sdk_unikernel_object path target)
    if(UC_UNIKERNEL)
        install(FILES ${path} DESTINATION ${UC_SDK_DIR}/unikernel/lib COMPONENT unikernel)
        add_dependencies(sdk_stage ${target})
    endif()
endfunction()

# Write the flag files, once all libraries are known.
function(uc_sdk_finish)
    get_property(libraries GLOBAL PROPERTY UC_SDK_LIBRARIES)
    set(link_libraries ${libraries})
    list(TRANSFORM link_libraries PREPEND -l)
    set(out ${CMAKE_BINARY_DIR}/sdk)

    set(flags ${UC_HOST_FLAGS} -std=gnu17)
    if(UC_SANITIZE)
        list(APPEND flags ${UC_SANITIZE_FLAGS})
    endif()
    list(APPEND flags -ffunction-sections -fdata-sections -isystem @SDK@/include)
    uc_write_flags(${out}/linux/cflags ${flags})
    set(flags -o @OUTPUT@ @OBJECTS@ -L@SDK@/lib -Wl,--gc-sections
        -Wl,--start-group ${link_libraries} -Wl,--end-group -pthread -ldl -lm)
    if(UC_SANITIZE)
        list(APPEND flags ${UC_SANITIZE_FLAGS})
    endif()
    uc_write_flags(${out}/linux/ldflags ${flags})
    install(DIRECTORY ${out}/linux/ DESTINATION ${UC_SDK_DIR}/linux/flags)

    if(UC_UNIKERNEL)
        uc_write_flags(${out}/unikernel/cflags ${UC_UNIKERNEL_FLAGS} -std=gnu17 -nostdinc
            -isystem @SDK@/include -isystem ${UC_COMPILER_INCLUDE})
        uc_write_components(${out}/components)
        install(FILES ${out}/components DESTINATION ${UC_SDK_DIR}/unikernel COMPONENT unikernel)
        # The objects are joined by name, not by archive, where every image needs them.
        uc_write_flags(${out}/unikernel/ldflags -static -nostdlib -no-pie -o @OUTPUT@
            -Wl,-Map,@OUTPUT@.map -Wl,--gc-sections -Wl,--build-id=none -Wl,-z,noexecstack -Wl,-z,max-page-size=4096
            -Wl,-T,@SDK@/image.ld @SDK@/lib/crt1.o @OBJECTS@ @SDK@/lib/kernel.o -L@SDK@/lib
            -Wl,--start-group ${link_libraries} -lc -lgcc -Wl,--end-group)
        install(DIRECTORY ${out}/unikernel/ DESTINATION ${UC_SDK_DIR}/unikernel/flags
                COMPONENT unikernel)
    endif()
endfunction()

function(uc_write_flags path)
    list(JOIN ARGN "\n" text)
    file(GENERATE OUTPUT ${path} CONTENT "${text}\n")
endfunction()

# The libraries of an image, as deploy/image/sbom.h reads them: what the lock says of their sources, and
# here the licence and the file of the SDK that holds their code.
function(uc_write_components path)
    set(rows "lwip BSD-3-Clause kernel.o" "musl MIT libc.a" "libuv MIT libuv.a" "http-parser MIT libhttp_parser.a"
        "cjson MIT libcjson.a" "bearssl MIT libbearssl.a")
    file(STRINGS ${PROJECT_SOURCE_DIR}/third_party/lock lock REGEX "[.]orig[.]tar[.][a-z0-9]+ [0-9a-f]+$")
    set(text)
    foreach(row ${rows})
        string(REPLACE " " ";" row "${row}")
        list(GET row 0 name)
        set(source ${lock})
        list(FILTER source INCLUDE REGEX "^${name} ")
        list(LENGTH source found)
        if(NOT found EQUAL 1)
            message(FATAL_ERROR "third_party/lock should have one source archive of ${name}, and has ${found}")
        endif()
        list(JOIN row " " line)
        string(REGEX REPLACE "^[^ ]+" "${source}" line "${line}")
        string(APPEND text "${line}\n")
    endforeach()
    if(TARGET uc_docs)
        file(STRINGS ${PROJECT_SOURCE_DIR}/third_party/lock.npm lock REGEX "^swagger-ui ")
        string(REGEX REPLACE "^([^ ]+) ([^ ]+) ([^ ]+) ([^ ]+) ([^ ]+) .*" "\\1 npm:\\2 \\3 \\2-\\3.tgz \\5 \\4 libuc_docs.a\n" line "${lock}")
        string(APPEND text "${line}")
    endif()
    uc_libgcc_source(source digest)
    string(APPEND text "libgcc ${source} libgcc.a ${digest} GPL-3.0-or-later_WITH_GCC-exception-3.1 libgcc.a\n")
    file(GENERATE OUTPUT ${path} CONTENT "${text}")
endfunction()

# The compiler's library comes with the compiler: "PACKAGE VERSION" of Debian's source, or as the compiler tells it
# elsewhere, and the SHA-256 of the library itself.
function(uc_libgcc_source source digest)
    execute_process(COMMAND ${CMAKE_C_COMPILER} -print-libgcc-file-name
                    OUTPUT_VARIABLE library OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    get_filename_component(library ${library} REALPATH)
    file(SHA256 ${library} sum)
    set(${digest} ${sum} PARENT_SCOPE)
    set(${source} "generic:gcc ${CMAKE_C_COMPILER_VERSION}" PARENT_SCOPE)
    file(STRINGS /etc/os-release debian REGEX "^ID=debian$")
    if(NOT debian)
        return()
    endif()
    execute_process(COMMAND dpkg-query -S ${library} OUTPUT_VARIABLE owner RESULT_VARIABLE err ERROR_QUIET)
    string(REGEX REPLACE ": .*" "" owner "${owner}")
    if(NOT err)
        execute_process(COMMAND dpkg-query -W -f "\${source:Package} \${source:Version}" ${owner}
                        OUTPUT_VARIABLE package RESULT_VARIABLE err ERROR_QUIET)
    endif()
    if(NOT err)
        set(${source} ${package} PARENT_SCOPE)
    endif()
endfunction()
