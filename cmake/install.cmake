# What `cmake --install` puts where, and how others find it.
#
#   find_package(duban)                 duban::duban, the C ABI; needs nothing
#   find_package(duban COMPONENTS cc)   also duban::cc and duban::proto, with
#                                       the libraries these stand on
#   pkg-config --cflags --libs duban    the C ABI
#
# Two export sets, so that a user of the C ABI needs none of the development
# packages of Abseil and Protobuf.

include(CMakePackageConfigHelpers)

set(duban_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/duban)

if(TARGET duban)
  install(TARGETS duban EXPORT duban-capi
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
            COMPONENT Runtime NAMELINK_COMPONENT Development
    INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  install(EXPORT duban-capi FILE dubanCapiTargets.cmake NAMESPACE duban::
    DESTINATION ${duban_cmake_dir} COMPONENT Development)
endif()

# CMake 3.25 exports a system folder of the install interface without its
# prefix; imported targets are system ones anyhow.
set_target_properties(duban_proto PROPERTIES
  INTERFACE_SYSTEM_INCLUDE_DIRECTORIES $<BUILD_INTERFACE:${duban_proto_dir}>)
install(TARGETS duban_cc duban_proto EXPORT duban-cc
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT Development)
install(EXPORT duban-cc FILE dubanCcTargets.cmake NAMESPACE duban::
  DESTINATION ${duban_cmake_dir} COMPONENT Development)

if(TARGET duban_cli)
  install(TARGETS duban_cli
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT Runtime)
endif()

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/duban
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT Development
  FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")
install(FILES ${duban_proto_headers}
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/duban/v1 COMPONENT Development)
install(FILES ${duban_protos}
  DESTINATION ${CMAKE_INSTALL_DATADIR}/duban/proto/duban/v1
  COMPONENT Development)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE
  DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT Runtime)

configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/dubanConfig.cmake.in
  ${PROJECT_BINARY_DIR}/dubanConfig.cmake
  INSTALL_DESTINATION ${duban_cmake_dir}
  NO_SET_AND_CHECK_MACRO)
# Before 1.0 a minor version may break.
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/dubanConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/dubanConfig.cmake
              ${PROJECT_BINARY_DIR}/dubanConfigVersion.cmake
              ${PROJECT_SOURCE_DIR}/cmake/dependencies.cmake
  DESTINATION ${duban_cmake_dir} COMPONENT Development)

# The .pc file finds the prefix from where it lies, so that an installed tree
# may be moved, or installed elsewhere than configured.
if(TARGET duban)
  foreach(dir LIBDIR INCLUDEDIR)
    if(IS_ABSOLUTE "${CMAKE_INSTALL_${dir}}")
      set(duban_pc_${dir} "${CMAKE_INSTALL_${dir}}")
    else()
      set(duban_pc_${dir} "\${prefix}/${CMAKE_INSTALL_${dir}}")
    endif()
  endforeach()
  set(duban_pc_dir "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
  if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
    set(duban_pc_prefix "${CMAKE_INSTALL_PREFIX}")
  else()
    file(RELATIVE_PATH duban_pc_prefix "/${duban_pc_dir}" "/")
    string(REGEX REPLACE "/$" "" duban_pc_prefix "${duban_pc_prefix}")
    set(duban_pc_prefix "\${pcfiledir}/${duban_pc_prefix}")
  endif()
  configure_file(${PROJECT_SOURCE_DIR}/cmake/duban.pc.in
                 ${PROJECT_BINARY_DIR}/duban.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/duban.pc
    DESTINATION ${duban_pc_dir} COMPONENT Development)
endif()
