# Writes OUTPUT, a .cpp with the table sengi::web::NAME of all files below FOLDER (base/web_file.h).
# Texts are packed by gzip. Runs at build time: cmake -DNAME=... -DFOLDER=... -DOUTPUT=... -P ...
file(GLOB_RECURSE files RELATIVE ${FOLDER} ${FOLDER}/*)
list(SORT files)
set(types .html text/html .js text/javascript .css text/css .json application/json .svg image/svg+xml .png image/png
    .webmanifest application/manifest+json .wasm application/wasm)
set(symbols "")
set(declarations "")
set(rows "")
set(number 0)
foreach(file ${files})
  get_filename_component(extension ${file} LAST_EXT)
  list(FIND types "${extension}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "${FOLDER}/${file}: no content type is known for ${extension}")
  endif()
  math(EXPR at "${at} + 1")
  list(GET types ${at} type)
  set(packed false)
  set(bytes ${FOLDER}/${file})
  if(NOT extension STREQUAL ".png")
    execute_process(COMMAND gzip -9nc ${bytes} OUTPUT_FILE ${OUTPUT}.${number}.gz
                    COMMAND_ERROR_IS_FATAL ANY)
    set(bytes ${OUTPUT}.${number}.gz)
    set(packed true)
  endif()
  file(SHA256 ${bytes} hash)
  string(SUBSTRING ${hash} 0 16 tag)
  set(symbol sengi_web_${NAME}_${number})
  string(APPEND symbols
         "asm(\".section .rodata\\n\"\n    \".global ${symbol}, ${symbol}_end\\n\"\n"
         "    \"${symbol}: .incbin \\\"${bytes}\\\"\\n\"\n    \"${symbol}_end: .byte 0\\n\"\n"
         "    \".previous\\n\");\n")
  string(APPEND declarations "extern \"C\" const char ${symbol}[], ${symbol}_end[];\n")
  if(type MATCHES "^text/")
    set(type "${type}; charset=utf-8")
  endif()
  string(APPEND rows "      {\"/${file}\", \"${type}\", \"\\\"${tag}\\\"\", ${packed},\n"
         "       {${symbol}, static_cast<std::size_t>(${symbol}_end - ${symbol})}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUTPUT} "// Made by embed_web.cmake. Do not edit.
#include \"base/web_file.h\"

${symbols}
${declarations}
namespace sengi::web {

std::span<const File> ${NAME}() {
  static const File files[] = {
${rows}  };
  return files;
}

}  // namespace sengi::web
")
