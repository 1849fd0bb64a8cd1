# duban_proto: the messages of proto/duban/v1, generated into the build tree.

file(GLOB duban_protos CONFIGURE_DEPENDS
     ${PROJECT_SOURCE_DIR}/proto/duban/v1/*.proto)
set(duban_proto_dir ${PROJECT_BINARY_DIR}/gen)
file(MAKE_DIRECTORY ${duban_proto_dir})
set(duban_proto_sources)
set(duban_proto_headers)
foreach(proto ${duban_protos})
  cmake_path(GET proto STEM stem)
  list(APPEND duban_proto_sources ${duban_proto_dir}/duban/v1/${stem}.pb.cc)
  list(APPEND duban_proto_headers ${duban_proto_dir}/duban/v1/${stem}.pb.h)
endforeach()
add_custom_command(
  OUTPUT ${duban_proto_sources} ${duban_proto_headers}
  COMMAND protobuf::protoc -I${PROJECT_SOURCE_DIR}/proto
          --cpp_out=${duban_proto_dir} ${duban_protos}
  DEPENDS ${duban_protos} protobuf::protoc
  COMMENT "Generating the domain model" VERBATIM)

add_library(duban_proto STATIC ${duban_proto_sources} ${duban_proto_headers})
add_library(duban::proto ALIAS duban_proto)
set_target_properties(duban_proto PROPERTIES EXPORT_NAME proto)
target_include_directories(duban_proto SYSTEM PUBLIC
  $<BUILD_INTERFACE:${duban_proto_dir}>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_link_libraries(duban_proto PUBLIC protobuf::libprotobuf)
# Speed of generated code is not Duban's speed; compile time is everyone's.
target_compile_options(duban_proto PRIVATE -O1)
