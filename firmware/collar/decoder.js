// SPDX-License-Identifier: Apache-2.0
// Payload formatter for ChirpStack v4 (device profile, "Codec") and The Things Stack v3 ("Custom
// Javascript formatter"): paste this file as it is.
//
//   decodeUplink   Sengi's uplinks and those of OpenCollar Edge, as objects
//   encodeDownlink single settings, and what else a collar can be told
//   decodeDownlink what was told
//
// SPEC.md, "Uplinks and downlinks", has every bit. `sengi link decode` gives the same objects; a
// test compares the two on tens of thousands of messages, sound and damaged.

var WORDS = {
  short: 'the message ends before what it must hold',
  id: 'no message of Sengi or OpenCollar Edge, or not on this port',
  length: 'not the number of bytes that follow or belong here',
  version: 'a version of the format that is newer than this decoder',
  range: 'the field here holds what it cannot',
  padding: 'bits that must be zero are not'
};
var PORT_OF = {0xFB: 8, 0xEE: 17, 0xEF: 24, 0x96: 23, 0x9D: 24, 0x9E: 25, 0x9F: 26, 0xE7: 26};
var EVENTS = ['zone_warning', 'zone_entry', 'zone_exit', 'immobility', 'movement', 'call',
  'battery_low', 'reset'];
var RESETS = ['unknown', 'power_on', 'brown_out', 'watchdog', 'software', 'pin', 'lockup'];
var KINDS = ['settings', 'zones'];
var STATES = ['none', 'receiving', 'complete', 'trial', 'in_use', 'refused'];
var REASONS = ['none', 'malformed', 'old_version', 'too_large', 'other_transfer', 'bad_piece',
  'incomplete', 'bad_checksum', 'bad_content', 'on_trial', 'flash_fault', 'bad_setting'];
var STATUS_ERRORS = ['gps', 'accelerometer', 'microphone', 'radio', 'flash', 'clock', 'zones',
  'settings', 'lost'];
// Name, unit, steps that are one of it.
var QUANTITIES = [
  ['air_temperature', 'C', 100], ['soil_temperature', 'C', 100], ['soil_moisture', 'm3/m3', 10000],
  ['humidity', '%', 100], ['pressure', 'hPa', 10], ['rain', 'mm', 10], ['wind_speed', 'm/s', 100],
  ['irradiance', 'W/m2', 10], ['leaf_wetness', '%', 100], ['water_level', 'mm', 1]
];
var OPENCOLLAR_ERRORS = ['lr', 'ble', 'ublox', 'acc', 'bat', 'ublox_fix', 'flash'];
// Name, lowest, highest; the id is the place, from 1.
var SETTINGS = [
  ['gps_interval_min_s', 60, 86400], ['gps_interval_max_s', 60, 86400],
  ['listen_on_s', 0, 3600], ['listen_period_s', 60, 86400],
  ['report_interval_s', 60, 86400], ['status_interval_s', 600, 604800],
  ['warning_probability_percent', 1, 100], ['release_probability_percent', 0, 100],
  ['warning_horizon_min', 5, 250], ['immobility_min', 30, 20160],
  ['call_threshold', 1, 255], ['battery_low_mv', 2000, 5000],
  ['daily_charge_uah', 100, 655350], ['clips_a_day', 0, 100]
];
var OPERATIONS = ['', 'begin', 'piece', 'commit', 'query', 'confirm', 'roll_back', 'set'];
var ROWS = 7200001;
var COLUMNS = 14400000;
var LONE_MINUTES = 8388607;
var LONE_FROM_MIN = 28928160;  // 2025-01-01T00:00:00Z

function fault(word, at) {
  return {fault: 'byte ' + at + ': ' + WORDS[word]};
}

// Throws a fault, which decodeUplink catches.
function refuse(word, at) {
  throw fault(word, at);
}

// ---- bits and bytes

function BitReader(bytes) {
  this.bytes = bytes;  // of the whole message; bits begin behind its two first bytes
  this.bit = 16;
  this.end = 8 * bytes.length;
}
BitReader.prototype.left = function () { return this.end - this.bit; };
BitReader.prototype.at = function () { return Math.floor(this.bit / 8); };
BitReader.prototype.take = function (count) {
  var value = 0;
  for (var i = 0; i < count; ++i, ++this.bit) {
    if ((this.bytes[this.bit >> 3] >> (this.bit & 7)) & 1) value += Math.pow(2, i);
  }
  return value;
};
BitReader.prototype.need = function (count) {
  if (count > this.left()) refuse('short', this.bytes.length);
};
// Exponential Golomb code of an order; `at` is the byte that a fault names.
BitReader.prototype.golomb = function (order, at) {
  var zeros = 0;
  for (;;) {
    this.need(1);
    if (this.take(1)) break;
    if (++zeros > 27) refuse('range', at);
  }
  this.need(zeros);
  var v = Math.pow(2, zeros) + this.take(zeros);
  this.need(order);
  var low = this.take(order);
  if (v - 1 > Math.floor(134217727 / Math.pow(2, order))) refuse('range', at);
  return (v - 1) * Math.pow(2, order) + low;
};
BitReader.prototype.close = function () {
  var at = this.at();
  if (this.left() >= 8 || this.take(this.left()) !== 0) refuse('padding', at);
};

function unzigzag(value) {
  return value % 2 ? -(value + 1) / 2 : value / 2;
}

function u16(b, at) { return b[at] + 256 * b[at + 1]; }
function u32(b, at) { return u16(b, at) + 65536 * u16(b, at + 2); }
function i32(b, at) { return u32(b, at) | 0; }

function f32(b, at) {
  var bits = u32(b, at);
  var exponent = Math.floor(bits / 8388608) % 256;
  var fraction = bits % 8388608;
  if (exponent === 255) return null;
  var value = exponent === 0 ? fraction * Math.pow(2, -149)
                             : (8388608 + fraction) * Math.pow(2, exponent - 150);
  return bits >= 2147483648 ? -value : value;
}

function hex(bytes) {
  var text = '';
  for (var i = 0; i < bytes.length; ++i) {
    text += (bytes[i] < 16 ? '0' : '') + bytes[i].toString(16).toUpperCase();
  }
  return text;
}

function utc(seconds) {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

function namesOfBits(bits, names) {
  return names.filter(function (name, i) { return (bits >> i) & 1; });
}

function version(byte) { return (byte >> 4) + '.' + (byte & 15); }

// ---- parts of Sengi's messages

function takeLead(reader, data) {
  reader.need(43);
  if (reader.take(2) !== 0) refuse('version', 2);
  data.sequence = reader.take(8);
  data.clock_set = reader.take(1) === 1;
  data.seconds = reader.take(32);
  data.time = utc(data.seconds);
}

function takePoint(reader) {
  reader.need(47);
  var rowAt = reader.at();
  var row = reader.take(23);
  var columnAt = reader.at();
  var column = reader.take(24);
  if (row >= ROWS) refuse('range', rowAt);
  if (column >= COLUMNS) refuse('range', columnAt);
  return {row: row, column: column};
}

function addPlace(data, point) {
  data.latitude = (point.row * 250 - 900000000) / 1e7;
  data.longitude = (point.column * 250 - 1800000000) / 1e7;
}

function shortWay(columns) {
  if (columns >= COLUMNS / 2) return columns - COLUMNS;
  if (columns < -COLUMNS / 2) return columns + COLUMNS;
  return columns;
}

// `last` times `halves` / 2, towards zero.
function predicted(last, halves) {
  return (last * halves / 2) | 0;
}

// ---- Sengi's messages

function decodePositions(b) {
  var reader = new BitReader(b);
  var data = {message: 'positions'};
  takeLead(reader, data);
  var seconds = data.seconds;
  delete data.seconds;
  reader.need(6);
  var count = reader.take(6) + 1;
  var point = takePoint(reader);
  var halves = 0, order = 0, interval = 0, unit = 1, timeOrder = 15;
  if (count > 1) {
    var head = reader.at();
    reader.need(7);
    halves = reader.take(2);
    order = reader.take(4);
    unit = reader.take(1) ? 60 : 1;
    reader.need(unit === 60 ? 15 : 21);
    interval = unit * reader.take(unit === 60 ? 11 : 17);
    timeOrder = reader.take(4);
    if (halves > 2 || interval === 0) refuse('range', head);
  }
  var rows = 0, columns = 0;
  data.positions = [];
  for (var i = 0;; ++i) {
    var place = {time: utc(seconds)};
    addPlace(place, point);
    data.positions.push(place);
    if (i + 1 === count) break;
    var at = reader.at();
    var slots = reader.golomb(0, at) + 1;
    var off = timeOrder === 15 ? 0 : unzigzag(reader.golomb(timeOrder, at));
    var moreRows = unzigzag(reader.golomb(order, at));
    var moreColumns = unzigzag(reader.golomb(order, at));
    if (slots > 4096) refuse('range', at);
    var later = slots * interval + off * unit;
    if (later < 0 || later > 4294967295 - seconds) refuse('range', at);
    seconds += later;
    if (moreColumns < -COLUMNS / 2 || moreColumns >= COLUMNS / 2) refuse('range', at);
    rows = predicted(rows, halves) + moreRows;
    columns = shortWay(predicted(columns, halves) + moreColumns);
    point.row += rows;
    if (point.row < 0 || point.row >= ROWS) refuse('range', at);
    point.column = (point.column + columns + COLUMNS) % COLUMNS;
  }
  reader.close();
  return data;
}

function decodeLonePosition(b) {
  if (b.length !== 11) refuse('length', 1);
  var reader = new BitReader(b);
  var minutes = reader.take(23);
  var data = {message: 'position', sequence: reader.take(2), clock_set: minutes !== LONE_MINUTES};
  var ahead = (minutes + LONE_MINUTES - LONE_FROM_MIN % LONE_MINUTES) % LONE_MINUTES;
  data.time = data.clock_set ? utc((LONE_FROM_MIN + ahead) * 60) : null;
  addPlace(data, takePoint(reader));
  return data;
}

function decodeEvent(b) {
  var reader = new BitReader(b);
  var data = {message: 'event'};
  takeLead(reader, data);
  delete data.seconds;
  var at = reader.at();
  reader.need(29);
  var kind = reader.take(4);
  if (kind >= EVENTS.length) refuse('range', at);
  data.kind = EVENTS[kind];
  at = reader.at();
  var spare = 0;
  var sound = true;
  if (kind <= 2) {
    data.zone = reader.take(10);
    data.probability_percent = reader.take(7);
    data.minutes_to_entry = reader.take(8);
    sound = data.probability_percent <= 100;
  } else if (kind <= 4) {
    data.still_min = reader.take(16);
    spare = reader.take(9);
  } else if (kind === 5) {
    data.call_class = reader.take(5);
    data.score = reader.take(8);
    data.duration_s = reader.take(8) / 10;
    spare = reader.take(4);
  } else if (kind === 6) {
    data.battery_mv = reader.take(13);
    data.battery_percent = reader.take(7);
    spare = reader.take(5);
    sound = data.battery_percent <= 100;
  } else {
    var cause = reader.take(4);
    sound = cause < RESETS.length;
    data.cause = RESETS[cause];
    data.boots = reader.take(16);
    spare = reader.take(5);
  }
  if (!sound) refuse('range', at);
  if (spare !== 0) refuse('padding', at);
  if (reader.left() > 0) addPlace(data, takePoint(reader));
  reader.close();
  return data;
}

function decodeBudget(b) {
  var reader = new BitReader(b);
  var data = {message: 'budget'};
  takeLead(reader, data);
  delete data.seconds;
  reader.need(16);
  data.first_class = reader.take(5);
  data.minutes = [];
  while (reader.left() >= 11) {
    var at = reader.at();
    if (data.first_class + data.minutes.length === 32) refuse('range', at);
    var minutes = reader.take(11);
    if (minutes > 1440) refuse('range', at);
    data.minutes.push(minutes);
  }
  reader.close();
  return data;
}

function decodeStatus(b) {
  var reader = new BitReader(b);
  var data = {message: 'status'};
  takeLead(reader, data);
  delete data.seconds;
  reader.need(29);
  data.battery_mv = 2 * reader.take(12);
  data.temperature_c = reader.take(8) - 100;
  data.errors = namesOfBits(reader.take(9), STATUS_ERRORS);
  if (reader.left() === 0) return data;
  reader.need(108);
  var firmware = reader.take(16);
  data.firmware = (firmware >> 12) + '.' + (firmware >> 6 & 63) + '.' + (firmware & 63);
  data.model_version = reader.take(16);
  data.zones_version = reader.take(16);
  data.settings_version = reader.take(16);
  data.waiting = reader.take(12);
  data.lost = reader.take(12);
  data.boots = reader.take(16);
  var at = reader.at();
  var states = reader.take(4);
  if (states > 13) refuse('range', at);
  reader.need(16 * states);
  data.charge_uah = [];
  for (var i = 0; i < states; ++i) data.charge_uah.push(10 * reader.take(16));
  reader.close();
  return data;
}

function decodeReadings(b) {
  var reader = new BitReader(b);
  var data = {message: 'readings'};
  takeLead(reader, data);
  delete data.seconds;
  reader.need(25);
  data.readings = [];
  while (reader.left() >= 25) {
    var at = reader.at();
    var quantity = reader.take(5);
    if (quantity >= QUANTITIES.length || data.readings.length === 13) refuse('range', at);
    var sensor = reader.take(4);
    var steps = reader.take(16);
    if (steps >= 32768) steps -= 65536;
    data.readings.push({
      quantity: QUANTITIES[quantity][0], sensor: sensor,
      value: steps === -32768 ? null : steps / QUANTITIES[quantity][2],
      unit: QUANTITIES[quantity][1]
    });
  }
  reader.close();
  return data;
}

// A piece of a clip: IMA ADPCM, a block of a WAV file.
function decodeClip(b) {
  if (b.length < 14) refuse('short', b.length);
  if ((b.length - 6) % 4 !== 0) refuse('length', 1);
  if (b[4] > b[5]) refuse('range', 4);
  return {message: 'clip', clip: u16(b, 2), piece: b[4], pieces: b[5] + 1, block: hex(b.slice(6))};
}

function decodeReply(b) {
  var reader = new BitReader(b);
  reader.need(54);
  if (reader.take(2) !== 0) refuse('version', 2);
  var data = {message: 'reply', sequence: reader.take(8)};
  var at = reader.at();
  var kind = reader.take(3), state = reader.take(3), reason = reader.take(5);
  if (kind >= KINDS.length || state >= STATES.length || reason >= REASONS.length) {
    refuse('range', at);
  }
  data.kind = KINDS[kind];
  data.state = STATES[state];
  data.reason = REASONS[reason];
  data.version = reader.take(16);
  data.first = reader.take(16);
  var last = b[b.length - 1];
  if (last === 0) refuse('padding', b.length - 1);
  var end = 8 * (b.length - 1);  // of the one that ends the bits
  while (last > 1) {
    last >>= 1;
    ++end;
  }
  if (end < 16 + 53 || end - 16 - 53 > 338) refuse('length', 1);
  data.shown = end - 16 - 53;
  data.missing = [];
  for (var i = 0; i < data.shown; ++i) {
    if (reader.take(1)) data.missing.push(data.first + i);
  }
  return data;
}

// ---- OpenCollar Edge

function decodeLocation(b) {
  return {
    message: 'opencollar_location',
    time: utc(u32(b, 24)),
    latitude: i32(b, 7) / 1e7,
    longitude: i32(b, 11) / 1e7,
    altitude_m: i32(b, 15) / 1e3,
    success: b[2],
    hot_retries: b[3],
    cold_retries: b[4],
    time_to_fix: u16(b, 5),
    fix_type: b[19],
    satellites: b[20],
    accuracy: u16(b, 21),
    pdop: b[23],
    active_tracking: b[28],
    course_deg: (256 * b[29] + b[30] - 18000) / 100,
    speed_km_h: b[31] * 3.6
  };
}

function decodeShortLocation(b, name) {
  return {
    message: name,
    time: utc(u32(b, 2)),
    latitude: i32(b, 6) / 1e7,
    longitude: i32(b, 10) / 1e7,
    accuracy: u16(b, 14)
  };
}

function decodeDeviceStatus(b) {
  function aroundZero(byte) { return byte * 200 / 255 - 100; }
  return {
    message: 'opencollar_status',
    reset: b[2],
    errors: namesOfBits(b[3], OPENCOLLAR_ERRORS),
    battery_mv: b[4] * 10 + 2500,
    charger_mv: b[14] > 0 ? b[14] * 100 + 5000 : 0,
    temperature_c: aroundZero(b[6]),
    uptime: b[7],
    acceleration: [aroundZero(b[8]), aroundZero(b[9]), aroundZero(b[10])],
    message_waiting: (b[5] & 1) !== 0,
    locked: (b[5] & 2) !== 0,
    join_failed: (b[5] & 4) !== 0,
    satellites: b[5] >> 4,
    hardware: version(b[11]),
    firmware: version(b[12]),
    hardware_type: b[13] & 15,
    firmware_type: b[13] >> 4,
    satellite_support: (b[15] & 1) !== 0,
    fence: (b[15] & 4) !== 0,
    satellite_tries: b[15] >> 4
  };
}

function decodeSwitch(b, isStatus) {
  var data = {message: isStatus ? 'opencollar_switch_status' : 'opencollar_switch', state: b[2]};
  data[!isStatus ? 'duration_ms' : b[2] === 2 ? 'impulses' : 'activations'] = u32(b, 3);
  return data;
}

function decodeAirQuality(b) {
  var payload = b.length - 2;
  var particles = payload >= 25;
  var gas = payload === 20 || payload === 45;
  if (payload !== (particles ? 25 : 0) + (gas ? 20 : 0) ||
      (b[1] !== payload && b[1] !== b.length)) {
    refuse('length', 1);
  }
  var data = {message: 'opencollar_air_quality'};
  var at = 2;
  function add(name) {
    data[name] = f32(b, at);
    at += 4;
  }
  if (particles) {
    ['pm2_5_mass', 'pm1_mass', 'pm10_mass', 'pm2_5_number', 'pm1_number', 'pm10_number']
      .forEach(add);
    data.obstructed = b[at++];
  }
  if (gas) {
    ['air_quality_index', 'temperature_c', 'pressure_pa', 'humidity_percent', 'gas_resistance_ohm']
      .forEach(add);
  }
  return data;
}

function decodeRecords(b, port) {
  var names = ['opencollar_values', 'opencollar_messages', 'opencollar_commands'];
  var data = {message: names[port - 30], records: []};
  if (b.length === 0) refuse('short', 0);
  for (var at = 0; at < b.length; at += 2 + b[at + 1]) {
    if (at + 2 > b.length) refuse('short', b.length);
    if (at + 2 + b[at + 1] > b.length) refuse('length', at + 1);
    data.records.push({
      id: '0x' + hex([b[at]]),
      bytes: hex(b.slice(at + 2, at + 2 + b[at + 1]))
    });
  }
  return data;
}

function decodeFlashLog(b) {
  var data = {message: 'opencollar_flash_log', entries: []};
  var at = b[0] === 0xFF ? 2 : 0;
  if (b.length <= at) refuse('short', b.length);
  if (at > 0 && b[1] !== b.length - 2) refuse('length', 1);
  while (at < b.length) {
    if (at + 3 > b.length) refuse('short', b.length);
    var end = at + 3 + b[at + 2];
    if (end + 4 > b.length) refuse('length', at + 2);
    var entry = {port: b[at], time: utc(u32(b, end))};
    var bytes = b.slice(at + 1, end);
    var inner = b[at] === 29 || bytes[0] === 0xFF ? fault('id', 0) : decode(bytes, b[at]);
    if (inner.fault === undefined) {
      entry.data = inner;
    } else {
      entry.bytes = hex(bytes);
      entry.error = inner.fault;
    }
    data.entries.push(entry);
    at = end + 4;
  }
  return data;
}

// Id: port, another port that it comes on, bytes after the first two (-1: any), how to read it.
var OPENCOLLAR = {
  0xF1: [1, 1, -1, function (b) { return {message: 'opencollar_gnss', nav: hex(b.slice(2))}; }],
  0xF2: [2, 2, 30, decodeLocation],
  0xF4: [4, 4, 14, decodeDeviceStatus],
  0x92: [12, 12, 6, function (b) {
    return {message: 'opencollar_fence', result: b[2], pulses: b[3], voltage: u16(b, 4),
      energy: u16(b, 6)};
  }],
  0x93: [13, 13, 14, function (b) { return decodeShortLocation(b, 'opencollar_short_location'); }],
  0x95: [16, 16, 14, function (b) { return decodeShortLocation(b, 'opencollar_resent_location'); }],
  0x97: [18, 18, 4, function (b) { return {message: 'opencollar_timestamp', time: utc(u32(b, 2))}; }],
  0x98: [19, 19, 5, function (b, port) { return decodeSwitch(b, port === 20); }],
  0x99: [20, 19, 5, function (b, port) { return decodeSwitch(b, port === null || port === 20); }],
  0x9B: [22, 22, 14, function (b) { return decodeShortLocation(b, 'opencollar_ping'); }]
};
var OURS = {
  0x96: decodePositions, 0xFB: decodeLonePosition, 0x9D: decodeEvent, 0x9E: decodeBudget, 0xE7: decodeReadings,
  0x9F: decodeStatus, 0xEE: decodeReply, 0xEF: decodeClip
};

// The data, or an object with a fault. `port` null: the first byte decides.
function decode(b, port) {
  try {
    if (port === 29 || (port === null && b[0] === 0xFF)) return decodeFlashLog(b);
    if (port >= 30 && port <= 32) return decodeRecords(b, port);
    if (b.length < 2) refuse('short', b.length);
    if (OURS[b[0]]) {
      if (port !== null && port !== PORT_OF[b[0]]) refuse('id', 0);
      if (b[1] !== b.length - 2) refuse('length', 1);
      return OURS[b[0]](b);
    }
    if (b[0] === 0x9A && (port === null || port === 21)) return decodeAirQuality(b);
    var row = OPENCOLLAR[b[0]];
    if (!row || (port !== null && port !== row[0] && port !== row[1])) refuse('id', 0);
    if (b[1] !== b.length - 2 || (row[2] >= 0 && b[1] !== row[2])) refuse('length', 1);
    return row[3](b, port);
  } catch (problem) {
    if (problem.fault === undefined) throw problem;
    return problem;
  }
}

// ---- what network servers call

function decodeUplink(input) {
  var port = input.fPort === undefined ? null : input.fPort;
  var data = decode(Array.prototype.slice.call(input.bytes), port);
  return data.fault === undefined ? {data: data, warnings: [], errors: []}
                                  : {warnings: [], errors: [data.fault]};
}

function crc16(bytes) {
  var crc = 0xFFFF;
  bytes.forEach(function (byte) {
    crc ^= byte << 8;
    for (var i = 0; i < 8; ++i) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xFFFF;
  });
  return crc;
}

function little(value, count) {
  var bytes = [];
  for (var i = 0; i < count; ++i) {
    bytes.push(Math.floor(value / Math.pow(256, i)) % 256);
  }
  return bytes;
}

function whole(what, name, low, high) {
  var value = what[name];
  if (typeof value !== 'number' || value !== Math.floor(value) || value < low || value > high) {
    throw {fault: name + ' must be a whole number from ' + low + ' to ' + high};
  }
  return value;
}

// One of:
//   {set: {version: 3, gps_interval_min_s: 600}}       at most 9 settings
//   {begin: {kind: 'zones', version: 9, length: 94, piece_bytes: 44, crc: 2053430828}}
//   {piece: {kind: 'zones', version: 9, index: 2, bytes: [0, 1, 2]}}
//   {commit: {kind: 'zones', version: 9}}, and confirm, roll_back likewise
//   {query: {kind: 'zones', version: 9, first: 0}}
function bytesOfDownlink(data) {
  var names = Object.keys(data);
  var operation = OPERATIONS.indexOf(names[0]);
  if (names.length !== 1 || operation < 1) {
    throw {fault: 'data must be one of: ' + OPERATIONS.slice(1).join(', ')};
  }
  var what = data[names[0]];
  var kind = KINDS.indexOf(operation === 7 ? 'settings' : what.kind);
  if (kind < 0) throw {fault: 'kind must be one of: ' + KINDS.join(', ')};
  var bytes = [operation + 16 * kind].concat(little(whole(what, 'version', 1, 65535), 2));
  if (operation === 1) {
    return bytes.concat(little(whole(what, 'length', 1, 16777215), 3),
      little(whole(what, 'piece_bytes', 4, 44), 1), little(whole(what, 'crc', 0, 4294967295), 4));
  }
  if (operation === 2) {
    bytes = bytes.concat(little(whole(what, 'index', 0, 65535), 2));
    if (!what.bytes || what.bytes.length < 1 || what.bytes.length > 44) {
      throw {fault: 'bytes must be 1 to 44 bytes'};
    }
    return bytes.concat(little(crc16(bytes.concat(what.bytes)), 2), what.bytes);
  }
  if (operation === 4) return bytes.concat(little(whole(what, 'first', 0, 65535), 2));
  if (operation !== 7) return bytes;
  SETTINGS.forEach(function (setting, i) {
    if (what[setting[0]] === undefined) return;
    bytes = bytes.concat([i + 1], little(whole(what, setting[0], setting[1], setting[2]), 4));
  });
  Object.keys(what).forEach(function (name) {
    var known = SETTINGS.some(function (setting) { return setting[0] === name; });
    if (!known && name !== 'version') throw {fault: name + ' is no setting'};
  });
  if (bytes.length < 8 || bytes.length > 48) throw {fault: 'set takes 1 to 9 settings'};
  return bytes;
}

function encodeDownlink(input) {
  try {
    return {fPort: 17, bytes: bytesOfDownlink(input.data), warnings: [], errors: []};
  } catch (problem) {
    if (problem.fault === undefined) throw problem;
    return {warnings: [], errors: [problem.fault]};
  }
}

function decodeDownlink(input) {
  var b = Array.prototype.slice.call(input.bytes);
  var name = OPERATIONS[b[0] & 15];
  if (b.length < 3 || !name || b[0] >> 4 >= KINDS.length) {
    return {warnings: [], errors: ['no downlink of Sengi']};
  }
  var what = {kind: KINDS[b[0] >> 4], version: u16(b, 1)};
  if (name === 'begin' && b.length >= 11) {
    what.length = u16(b, 3) + 65536 * b[5];
    what.piece_bytes = b[6];
    what.crc = u32(b, 7);
  } else if (name === 'piece' && b.length >= 8) {
    what.index = u16(b, 3);
    what.bytes = b.slice(7);
  } else if (name === 'query' && b.length >= 5) {
    what.first = u16(b, 3);
  } else if (name === 'set') {
    for (var at = 3; at + 5 <= b.length; at += 5) {
      var setting = SETTINGS[b[at] - 1];
      what[setting ? setting[0] : 'setting_' + b[at]] = i32(b, at + 1);
    }
    delete what.kind;
  }
  var data = {};
  data[name] = what;
  return {data: data, warnings: [], errors: []};
}
