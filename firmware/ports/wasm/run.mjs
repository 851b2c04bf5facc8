// SPDX-License-Identifier: Apache-2.0
// Runs a program built for the port beside this file:  node run.mjs PROGRAM INPUT OUTPUT
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'

const [program, input, output] = process.argv.slice(2)
if (output === undefined) {
  console.error('usage: run.mjs PROGRAM INPUT OUTPUT')
  process.exit(2)
}

const bytes = readFileSync(input)
const file = openSync(output, 'w')
let at = 0
let memory

// A view of the program's memory, made anew each time: it may have grown.
const view = (from, length) => new Uint8Array(memory.buffer, from, length)

function writeWhole(descriptor, data) {
  for (let done = 0; done < data.length;) done += writeSync(descriptor, data, done)
}

const sengi = {
  read(to, length) {
    const part = bytes.subarray(at, at + length)
    view(to, part.length).set(part)
    at += part.length
    return part.length
  },
  write(from, length) {
    writeWhole(file, view(from, length))
  },
  print(from) {
    let end = from
    while (view(end, 1)[0] !== 0) ++end
    writeWhole(1, view(from, end - from))
  },
}

const { instance } = await WebAssembly.instantiate(readFileSync(program), { sengi })
memory = instance.exports.memory
const status = instance.exports.sengi_main()
closeSync(file)
process.exit(status)
