// Writes the suite of @bufbuild/cel-spec as plain data:
//
//   node vendor.js MODULES OUTPUT
//
// MODULES is a node_modules folder with @bufbuild/cel-spec and
// @bufbuild/protobuf in it. Only vendor.sh runs this.
'use strict';

const fs = require('fs');
const path = require('path');

const [modules, output] = process.argv.slice(2).map((p) => path.resolve(p));
const spec = path.join(modules, '@bufbuild/cel-spec/dist/cjs');
const protobuf = path.join(modules, '@bufbuild/protobuf/dist/cjs');
const { toBinary, fromBinary, fromJson, create } = require(protobuf);
const { getTestRegistry } = require(path.join(spec, 'testdata/registry.js'));
const { SimpleTestSchema } =
    require(path.join(spec, 'gen/cel/expr/conformance/test/simple_pb.js'));
const wkt = require(path.join(protobuf, 'wkt'));

// JSON has no word for -0 that JavaScript writes; protobuf reads a string.
function keepSign(key, value) {
  return Object.is(value, -0) ? '-0.0' : value;
}

// What protobuf 3.21 in C++ does not read: extensions, and a list that is an
// Any.
const UNREADABLE = /"\[cel\.|protobuf\.ListValue","value"/;

// Parts of a test that not every reader of JSON knows are taken out of it.
// They are given in the wire format.
function takeUnreadable(test) {
  const plain = {};
  const taken = {};
  for (const [key, value] of Object.entries(test)) {
    const part = UNREADABLE.test(JSON.stringify(value)) ? taken : plain;
    part[key] = value;
  }
  if (Object.keys(taken).length === 0) return { test };
  const message =
      fromJson(SimpleTestSchema, taken, { registry: getTestRegistry() });
  const wire = toBinary(SimpleTestSchema, message);
  return { test: plain, wire: Buffer.from(wire).toString('base64') };
}

// The tests of a suite and the suites in it, in order, with their paths.
function flatten(suite, prefix, numbered, cases, seen) {
  for (const inner of suite.suites || []) {
    flatten(inner, prefix + inner.name + '/', numbered, cases, seen);
  }
  for (const test of suite.tests || []) {
    let name = prefix + (numbered ? cases.length + 1 : test.original.name);
    // Four names of the suite are given twice.
    const times = (seen.get(name) || 0) + 1;
    seen.set(name, times);
    if (times > 1) name += '#' + times;
    cases.push({
      name,
      ...takeUnreadable(test.original),
      ast: test.ast,
      checkedAst: test.checkedAst,
      type: test.type,
    });
  }
  return cases;
}

function writeSuite(suite, numbered) {
  const cases =
      flatten(suite, suite.name + '/', numbered, [], new Map());
  const lines = cases.map((c) => JSON.stringify(c, keepSign));
  fs.writeFileSync(
      path.join(output, suite.name + '.json'),
      `{"name": ${JSON.stringify(suite.name)}, "cases": [\n` +
      lines.join(',\n') + '\n]}\n');
  return cases.length;
}

function loadTests(name) {
  return require(path.join(spec, 'testdata', name + '.js')).tests;
}

// The messages under the names that the checker's tests of cel-go have for
// them.
function renamed(file, from, to) {
  const copy = fromBinary(
      wkt.FileDescriptorProtoSchema,
      toBinary(wkt.FileDescriptorProtoSchema, file));
  copy.name = copy.name.replace(from.file, to.file);
  copy.package = to.package;
  const rename = (fields) => {
    for (const field of fields) {
      for (const name of ['typeName', 'extendee']) {
        // What is unset stays so: to be empty is another thing.
        if (!field[name]) continue;
        field[name] =
            field[name].replace(`.${from.package}.`, `.${to.package}.`);
      }
    }
  };
  const walk = (message) => {
    rename(message.field);
    rename(message.extension);
    message.nestedType.forEach(walk);
  };
  copy.messageType.forEach(walk);
  rename(copy.extension);
  return copy;
}

function descriptors() {
  const gen = (name) => {
    const file = require(path.join(spec, 'gen/cel/expr', name + '_pb.js'));
    return Object.values(file).find((v) => v.kind === 'file');
  };
  const files = [];
  const seen = new Set();
  const add = (file) => {
    if (seen.has(file.proto.name)) return;
    seen.add(file.proto.name);
    file.dependencies.forEach(add);
    files.push(file.proto);
  };
  for (const name of ['any', 'duration', 'empty', 'field_mask', 'struct',
                      'timestamp', 'wrappers']) {
    add(wkt['file_google_protobuf_' + name]);
  }
  add(gen('conformance/test/simple'));
  for (const version of ['proto2', 'proto3']) {
    const types = gen(`conformance/${version}/test_all_types`);
    add(types);
    files.push(renamed(
        types.proto,
        { file: `cel/expr/conformance/${version}`,
          package: `cel.expr.conformance.${version}` },
        { file: `google/expr/${version}/test`,
          package: `google.expr.${version}.test` }));
  }
  add(gen('conformance/proto2/test_all_types_extensions'));
  return create(wkt.FileDescriptorSetSchema, { file: files });
}

fs.mkdirSync(output, { recursive: true });
let count = 0;
for (const suite of loadTests('conformance').suites) {
  count += writeSuite(suite, false);
}
for (const name of ['checking', 'comprehension', 'parsing']) {
  count += writeSuite({ ...loadTests(name), name }, true);
}
fs.writeFileSync(path.join(output, 'types.binpb'),
                 toBinary(wkt.FileDescriptorSetSchema, descriptors()));
console.log(`${count} tests`);
