// Times @marcbachmann/cel-js: one parsed expression, evaluated for each
// record.
//
//   node bench.js DATA EXPRESSIONS PASSES
//
// Prints a line for each expression: its name, nanoseconds a record in the
// best pass, how many records have a value, and a checksum of the values.
//
// What the engine is given for speed: an Environment that knows the type of
// each variable, expressions parsed and checked once, and records that are
// made before the clock starts and all have the same shape. Its ints are
// BigInts, as it wants them.
import {readFileSync} from 'node:fs';

import {Environment} from '@marcbachmann/cel-js';

const WARMING_PASSES = 3;
const TYPES = {
  kind: 'string',
  minutes: 'int',
  beneficiaries: 'int',
  unannounced: 'bool',
  day: 'int',
  on_time: 'int',
  total: 'int',
  rating: 'int',
  organization: 'string',
  title: 'string',
};

function linesOf(path) {
  return readFileSync(path, 'utf8').trimEnd().split('\n');
}

function valueOf(text, type) {
  switch (type) {
    case 'int':
      return BigInt(text);
    case 'bool':
      return text === 'true';
    default:
      return text;
  }
}

function readRecords(path) {
  const lines = linesOf(path);
  const names = lines.shift().split('\t');
  return lines.map((line) => {
    const fields = line.split('\t');
    const record = {};
    names.forEach((name, i) => {
      record[name] = valueOf(fields[i], TYPES[name]);
    });
    return record;
  });
}

// No sum here leaves the integers that a number holds exactly, so the sums
// need not be BigInts.
function numberOf(value) {
  if (typeof value === 'bigint') return Number(value);
  return value === true ? 1 : 0;
}

// How many records have a value, the checksum, and the sum that each timed
// pass must come to.
function check(evaluate, records) {
  let count = 0;
  let checksum = 0;
  let sum = 0;
  records.forEach((record, i) => {
    try {
      const number = numberOf(evaluate(record));
      count++;
      checksum += number * (i + 1);
      sum += number;
    } catch {
      // An error is no value, and is not counted.
    }
  });
  if (!Number.isSafeInteger(checksum)) throw new Error('inexact checksum');
  return {count, checksum, sum};
}

function pass(evaluate, records) {
  let sum = 0;
  const start = process.hrtime.bigint();
  for (let i = 0; i < records.length; i++) {
    sum += numberOf(evaluate(records[i]));
  }
  return {sum, took: Number(process.hrtime.bigint() - start)};
}

function measure(evaluate, records, passes) {
  const {count, checksum, sum: expected} = check(evaluate, records);
  let best = Infinity;
  for (let i = 0; i < WARMING_PASSES + passes; i++) {
    const {sum, took} = pass(evaluate, records);
    if (sum !== expected) throw new Error(`a pass gave ${sum}, not ${expected}`);
    if (i >= WARMING_PASSES) best = Math.min(best, took);
  }
  return `${(best / records.length).toFixed(3)} ${count} ${checksum}`;
}

function main([dataPath, expressionsPath, passes]) {
  const records = readRecords(dataPath);
  const environment = new Environment();
  for (const [name, type] of Object.entries(TYPES)) {
    environment.registerVariable(name, type);
  }
  for (const line of linesOf(expressionsPath)) {
    const [name, type, text] = line.split('\t');
    const evaluate = environment.parse(text);
    const checked = evaluate.check();
    if (!checked.valid) throw checked.error;
    if (checked.type !== type) throw new Error(`${name} is of ${checked.type}`);
    console.log(`${name} ${measure(evaluate, records, Number(passes))}`);
  }
}

if (process.argv.length !== 5) {
  console.error('usage: node bench.js DATA EXPRESSIONS PASSES');
  process.exit(2);
}
main(process.argv.slice(2));
