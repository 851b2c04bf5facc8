// Uplinks written bit by bit from SPEC.md, "Uplinks and downlinks": a second hand beside the device library's.
function bits(fields) {
  const out = [];
  fields.forEach(([value, count]) => {
    for (let i = 0; i < count; i++) out.push(Math.floor(value / 2 ** i) % 2);
  });
  const bytes = new Uint8Array(Math.ceil(out.length / 8));
  out.forEach((bit, i) => { bytes[i >> 3] |= bit << (i & 7); });
  return bytes;
}

const lead = (sequence, date) => [[0, 2], [sequence, 8], [1, 1], [Math.floor(date / 1000), 32]];
const place = (latitude, longitude) =>
  [[Math.round((latitude + 90) / 2.5e-5), 23], [Math.round((longitude + 180) / 2.5e-5), 24]];

function uplink(device, port, id, date, fields) {
  const body = bits(fields);
  return {
    device, port, payload: Buffer.from([id, body.length, ...body]).toString("base64"),
    time: new Date(date).toISOString(),
  };
}

export const positions = (device, sequence, date, latitude, longitude) =>
  uplink(device, 23, 0x96, date, [...lead(sequence, date), [0, 6], ...place(latitude, longitude)]);

export const status = (device, sequence, date, millivolts, celsius) =>
  uplink(device, 26, 0x9f, date, [...lead(sequence, date), [millivolts / 2, 12], [celsius + 100, 8], [0, 9]]);

export const call = (device, sequence, date, cls, score, tenths) =>
  uplink(device, 24, 0x9d, date, [...lead(sequence, date), [5, 4], [cls, 5], [score, 8], [tenths, 8], [0, 4]]);

export const budget = (device, sequence, date, minutes) =>
  uplink(device, 25, 0x9e, date, [...lead(sequence, date), [0, 5], ...minutes.map((n) => [n, 11])]);

export const soil = (device, sequence, date, upper, lower, celsius) =>
  uplink(device, 26, 0xe7, date, [...lead(sequence, date),
    [2, 5], [0, 4], [Math.round(upper * 1e4), 16], [2, 5], [1, 4], [Math.round(lower * 1e4), 16],
    [0, 5], [0, 4], [Math.round(celsius * 100), 16]]);

// As a ChirpStack would pass it on, with how well it was heard.
export const by_chirpstack = (one, counter, rssi, snr) => ({
  deviceInfo: { devEui: one.device, deviceName: "Tembo" }, devAddr: "01020304", fCnt: counter,
  fPort: one.port, data: one.payload, time: one.time, rxInfo: [{ gatewayId: "a1", rssi, snr }],
});
