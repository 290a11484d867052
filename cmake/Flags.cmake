# How C is compiled here: interface targets, to be linked by what should be compiled so.
#
#   uc_warnings         our own code: strict warnings, all of them errors
#   uc_host             code that runs on this computer (and the sanitizers, when asked for)
#   uc_unikernel        code that goes into an image: the flags of the unikernel SDK, musl's headers
#
# Optimisation and debug information are part of these, so that CMAKE_BUILD_TYPE stays empty.

add_library(uc_warnings INTERFACE)
target_compile_options(uc_warnings INTERFACE
    -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
    -Wpointer-arith -Wwrite-strings -Wundef -Wvla -Wformat=2 -Wimplicit-fallthrough
    -Wno-unused-parameter -Wno-missing-field-initializers)

set(UC_SANITIZE_FLAGS -fsanitize=address,undefined -fno-sanitize-recover=undefined)
# UBSan holds our code to the letter; the libraries below it answer for themselves.
set(UC_SANITIZE_VENDOR_FLAGS -fsanitize=address)

set(UC_HOST_FLAGS -O2 -g -fno-omit-frame-pointer -fstack-protector-strong)
if(UC_SANITIZE)
    set(UC_HOST_FLAGS -O1 -g -fno-omit-frame-pointer)
endif()

add_library(uc_host INTERFACE)
target_compile_options(uc_host INTERFACE ${UC_HOST_FLAGS})
target_compile_definitions(uc_host INTERFACE _GNU_SOURCE)
if(UC_SANITIZE)
    target_compile_options(uc_host INTERFACE ${UC_SANITIZE_FLAGS})
    target_link_options(uc_host INTERFACE ${UC_SANITIZE_FLAGS})
endif()

add_library(uc_host_vendor INTERFACE)
target_compile_options(uc_host_vendor INTERFACE ${UC_HOST_FLAGS} -w)
if(UC_SANITIZE)
    target_compile_options(uc_host_vendor INTERFACE ${UC_SANITIZE_VENDOR_FLAGS})
    target_link_options(uc_host_vendor INTERFACE ${UC_SANITIZE_FLAGS})
endif()

# Compile a library that is not ours in a few pieces, but for those of its files whose names match a regular expression: they
# have names in common with others. For what only this computer runs, or what an image takes whole: of a library the
# linker takes pieces.
function(uc_in_pieces target)
    get_target_property(alone ${target} SOURCES)
    string(JOIN "|" names ${ARGN})
    list(FILTER alone INCLUDE REGEX "/(${names})[.]c$")
    set_source_files_properties(${alone} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
endfunction()

# Frame pointers make the panic's backtrace; unwind tables would only fill the image. The kernel
# takes its interrupts on the running stack, hence no red zone.
set(UC_UNIKERNEL_FLAGS
    -O2 -g -ffunction-sections -fdata-sections -fno-pic -fno-pie -mno-red-zone
    -fstack-protector-strong -fno-omit-frame-pointer -fno-asynchronous-unwind-tables
    -fno-unwind-tables -fcf-protection=none -fno-common)

execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=include
                OUTPUT_VARIABLE UC_COMPILER_INCLUDE OUTPUT_STRIP_TRAILING_WHITESPACE)
