# Where the pinned third-party sources lie, unpacked by third_party/fetch.
set(UC_SOURCES_DIR "${PROJECT_SOURCE_DIR}/build/sources" CACHE PATH
    "Folder that third_party/fetch unpacked the sources of third_party/lock to")

foreach(name lwip libuv http-parser cjson bearssl musl)
    if(NOT EXISTS "${UC_SOURCES_DIR}/${name}/.stamp")
        message(FATAL_ERROR "The sources of ${name} are not in ${UC_SOURCES_DIR}. Run: "
                            "third_party/fetch '${UC_SOURCES_DIR}'  (./ucompose does it by itself)")
    endif()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
                 "${UC_SOURCES_DIR}/${name}/.stamp")
endforeach()

# lwIP is built twice, by the kernel and by the host's side of published ports, each with its own
# lwipopts.h: its sources are handed out, not a target.
set(UC_LWIP_DIR "${UC_SOURCES_DIR}/lwip")
set(UC_LWIP_INCLUDE "${UC_LWIP_DIR}/src/include")
set(UC_LWIP_CORE_SOURCES)
foreach(name init def dns inet_chksum ip mem memp netif pbuf raw stats sys tcp tcp_in tcp_out
             timeouts udp
             ipv4/dhcp ipv4/etharp ipv4/icmp ipv4/ip4 ipv4/ip4_addr ipv4/ip4_frag)
    list(APPEND UC_LWIP_CORE_SOURCES "${UC_LWIP_DIR}/src/core/${name}.c")
endforeach()
list(APPEND UC_LWIP_CORE_SOURCES "${UC_LWIP_DIR}/src/netif/ethernet.c")
