// @ts-nocheck
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MeshoptDecoder } from 'three/examples/jsm/libs/meshopt_decoder.module.js';
import { unpacked } from './meshopt.js';

/** Packed by the library that the service packs with. */
const CASES = [
  {
    name: "a grid's triangles",
    count: 1014,
    stride: 4,
    mode: "TRIANGLES",
    filter: "NONE",
    data: `4f7+E/4SLgD+E/4SLgAeAP4T/hL+Ev4S/hIu/h4A/hP+Ei4AHgD+Ey4A/hMuAP4TLgD+Ey7+/hMuAP4TLgD+Ey4A/hMuAP4TLgD+Ey4AHv4eAP
4TLgD+Ey4A/hP+Ev4S/hL+Ev4S/hIu/h4AHgD+E/4SLgD+E/4S/hIuAB4A/hP+Ei7+HgAeAP4T/hL+Ei4A/hP+Ev4SLgAeAP4TLv4eAP4T/hIu
AB4AHgD+E/4SLgAeAP4TLgAe/v4T/hL+Ei4A/hP+Ei4AHgAeAP4T/hIuAB7+/hP+Ei4A/hMuAB4A/hMuAP4TLgD+Ey4AHv4eAP4TLgD+Ey4A/h
MuAP4TLgAeAB4A/hMu/h4A/hMuAP4TLgD+Ey4A/hMuAP4TLgD+Ey7+/hMuAP4T/hIuAB4A/hMuAB4A/hMuAB4AHv4eAP4TLgAeAB4A/hP+Ei4A
HgD+Ey4AHgAe8BwfAi8CHwIvAh8CLwIvAi8CLwLwAh8CLwIfAh8CHwIfAvACHwIfAh8CHwIfAh8C8AIfAh8CHwIvAi8CLwIvAi8CLwLwAh8CLw
IfAi8CLwIfAi8C8AIfAi8CLwIfAi8CLwIfAvACHwIvAh8CLwIfAvACHwIvAi8CHwIvAh8CLwLwAh8CLwIfAh8CHwIfAvACHwIfAh8CHwIfAvAC
HwIfAh8CHwIfAh8C8AIfAh8CLwIfAh8C8AIfAh8CLwIfAgB2h1ZneKmGZYlomAFpAAA=`,
  },
  {
    name: "triangles that share nothing",
    count: 240,
    stride: 4,
    mode: "TRIANGLES",
    filter: "NONE",
    data: `4f///////////////////////////////////////////////////////////////////////////////////////////////////////////+
z1BumrArI3/9zHAf2qAoi5Af+sNrW6BImfAf+s5QGRDtqnBP/QJNPSBtDPA/+srQLVhgWE8AT/z/sEiMcC3sYC/6vhA5YknTv/vp0Dx7MDzrEF
/6X/A4Af4Bj/kEmdG6Up/9jHA42wAYcO/81Wm0nJhwL/uN8Eh+oDnesB/7bOBImCBdSNBf/L5QHb0gOrQv/i9wLB/wKiY/+A3gL0qgPF2AP/7M
AC+GXtV/+LtgGLsAGYRP+t6AGY2AGTbv/Pe5K7BY+YB/+IUKJZitgF/9eDAvqxAdP+BP/s5wO7yQKAcP/3xgO4vwScxwH/+ZsBs90D0uMC/8n5
AdyNBaNP/9uKBayvAoyTA//nVsOCAfc//6GwBPiPBb/7Af+R5gK4jwGOlgL/hq4Bqc0BzGL/oPIB3a0Bu7AC/66IAp0qq8sD//MtrLMEv/8B/8
TFAYmCAqVb/99G9tgBzJcD/7GFA5kU2rcB/5L6AuulBLK5Af+LjQGcmwGxlQH/orQBk1Wcef/khgLL8wWWgQP/33GVTYNv/8uvAazIApiNA//t
qwWIogLOjgT/qQ+3sgW5wgH/1O4Es+gEpIwC/6y4AbrhArHcBf/ilQSLeav4Av+wnQU/3dMC/66xA/m8AsCWAv+QNbfuAueOAv/3fqaHA53bAv
/0igTKpgHn/wT/2p8C29cDmHv/qrgBmtsDjlD/t7MCvTbzDP+h3QP6pwKMuQT/y5gEpbkBxhj/orwDjfkElOkG/69Xs6ECx13/rpMCt8gBhUL/
q5EB5nTGnQL/24wFgxzgiwX/t8YCyJQDg9UF/4a2BqXfBc6SAv/whAT7pAb2ggT/4EH3mAKvxwL/9qAD31SAnAP/z7IB97wCo4wC//7yA6OjAu
z6Av/wqAHR3APcgQT/oegCgAvi2wH/shbGcLBU/42bBpr1AaLoA//TygTJmwKclwT/7KUBnwmaP/+hnAGx2wP8mQX/uZED3JEDkR4AdodWZ3ip
hmWJaJgBaQAA`,
  },
  {
    name: "indices of lines",
    count: 120,
    stride: 4,
    mode: "INDICES",
    filter: "NONE",
    data: `0fWQAoAEpx3grAGLa6QupYMB3k6X8wHsO6EouowBywrqB9XJAaguh+IB1jOZUfAu5xesqQHBnAG2adkhykHb7gGiE8sNtL8BvSTejgHbBNyWAb
MM3oIB8d4BzAG/Dle0RZ8r5jXLLdRHpyuUIIF/1qABm4MB0F/hjwHirQGX8AHUKs1lghiZGbxqrXnAOe/EAbwLkZwB/h23JP5ntQuiMcsYkN0B
mWCWrwHXswGcWrkSxB/3NoqeAecqxFTRLeYvzcUB5JABlxWSPtfMAZQrnYoByC2HI+7OAcEgyE+VEsoWl2O+RpW4AZixAa+LAbaSAdEtgDKFAs
Ja936otQGrIo4QrWLWvQGVY/jDAbEOhDf7F6YPu60BAAAAAA==`,
  },
  {
    name: "numbers that change little",
    count: 300,
    stride: 8,
    mode: "ATTRIBUTES",
    filter: "NONE",
    data: `oKqqqqoEQzY1UCNDYjUhQjBhFQNmJCETJDZEQFYFRGMwVSUWEwBkNGEQUGBDUEEkFAZEJjMDQEEERCFRYjFQQzBVRFZlZUUEU1JTFjFmYEETBk
QWMGBEEAIyFjMTITRCE1EBZWVQMCJRUxIUNDNFEwERZURBYgRhZjNQZhJDQSAUEFNBZhUAABEAAEAIQACQAIAYAAAAABAAAIAAAKqqqqoGZTNT
VkIkQVRlYiJBYyAQVUExUlVWEgFUJUNFRGQkQVABZWJlUkZAFFYzVWMzIWVjMFI2QiFGE1IyYUIFUEQGACM0AEIEAEQFYCEQEWFiYBRBMlRTEw
MTElRiQwBTYwAzFGIkZVYiYVJBUWZFNDYkAFQQEhJSQAEzBDBQVlFUAVFVAUEABAIAAABAAAAAAIABmAAAAAGEAAAAACEACBACAGAAABCAAAAA
AABAqqqqqgYQJhUGAxBUEQQBRSUBIjYjAiQWMCREMSATRCYBQjIxFVUVVjI2RDMTY1BjIzQGEWJARmVhYURBMCQ1QQQgBhJUE0YUERZVRUIUNS
ATMRU1MyIEMDExZWFkUTRWU0YxQ0BCMWZTRkFhEmAGVDVVNBATNCJDAxMFECIGUERGABBBFBEEBQAAEAISAAAAABAAJACAAAAAAAAEAAAACQgA
EACqqqqqAFUwIhAjVlEhRDJSRGU2MhIQMEFFU0NiRBAwYyZBNAFBRBQ0VjAzVRBmFQMCAAQ1ZgYVBERDMmBkQgITRGEFBSU2AkIhEUEUISIjFg
JjBRNAABRAIiAmFUMQJBBSU1NTQhNlI2FGICBBRTAyFFIzVVQyJkRBYzYVNTYlZCYEMGUBEQBUBAAAAAgAAEAAAAkIAAAABAACAABAAIAAKkMw
JGA2QUEyEiIEYGQGADBmNDQTEGQAAAAqFWICAjQBElY0U2MAFERgBVUTE0YTBgAAFQACYQAAAAIAQAAAACpVJCUEAkEjQkMAYyIkMwIDYhFDYF
ASAAAUAAAkAAAIQAAqMCFEMCVDAEU2EFBFZRUyMzAlQRZFIwAABGBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADAAMAAQACAA==`,
  },
  {
    name: "numbers of any size",
    count: 90,
    stride: 12,
    mode: "ATTRIBUTES",
    filter: "NONE",
    data: `oP8HAKYUZktscG5iHVG1BDyS9PjOnZuw5idDQMpngeaS08OcQlwV7xd1sC8C4WRlOwgBL5wMo01M00v6mad3Cm7adgu+h6kwl0AjaY+XdWqgh2
T///AAWsawyJ8IS2JD9f8HAHdEhd8xMV/VMYL24TpgPjh6w/t8rwQA4A4cM7+2jeTthNsv24xTukEOccZts6FM5tsA64eKZScu/RHD3f/hQdyB
LCV5AavQgQ4K3TEDYH7///AADwwENiiGoEmuiP8HALN6UJPdyqqhdZbTlAf/Q3IJ70DeJAL2WwlXdH7ygkijcMLln1uQsIUzSP7gNZso3M0Nlc
mQGQw/0C58SPI6hEtQu3uuil4vZgLL39ugAdz///AAJk4dp+Xkf68X3v8HABxDtuwbkT7mcj0PDX4lbEt0zxEYP5KRk7qlCJuJYUmMZca77KYa
RrqB79TOzhBtffTMAj/fUVs51pG2d3ZObE7YwvsQyPVgsdjDw03FpP3///AAvM1SM9+ffuOI/P8HALygb7y/hXqgf3RYo4EjOrc8LyetGujH7K
GRnvrYK8rVjdIFot6b/pGyKMvTYy6rT4apuzrBXkuWzht5eHbiQ94MmA1TawaD33RcVQqnOjj/3/AAWWhv10I9Fqvt/wcAlNzTO62OJ16wglGc
d6aSMEqqAM9dfRxlLl/6EVmu678ugpbai9GzYuuE3R0TlkVDA3mJu7Nh5IqE8KjeOHwA4GdnHsgMhXRyontbam2t8z//8ADF8XfAL021khb/Bw
CjFSRl6OWn+dEtWa6Tp7lv8RxQT6L4eRNJoG3gD9CK9nU/IxZYkdavnewVXOYMJ//yBe7EjQF+efe2CvijlnRNNZ1XKhOULywHEEteHw2E///w
AKIe+mM7+6uAINL/BwBIPnqdY8HRABmZijM762zUlGQStegCX4KDcI/Jk6yZcXxLHz9jd4fpO6zJh7lLdh0fMnsvTWWfFB5UZNFY2AllObp2Ma
hlN/O9t8Pd3g70///wAHjyLG3SllmlCUf/BwCkDe9fsHi9rZhs22haAUMKCArBXXP44I7qyoLwsf09Sm86I0VYZ/6v2ha4FmLfaYqvnYJBp84S
kTPeUTWSALMl+a2u68sJOYhqcW3ojrtD///wAPVVC/JDvhvkgG3/BwCiq/cBubjWBAEvLlJLW4jZvZgwF7uzz6VqmYXtuD+3VYju470SXepXr7
gAYilWjrl+PeQWJvC8O3jITOpUcrGCN1y8SYfGlLrs8acRYa5M///wAOO8jOXf/BqI/L7/BwBB1Z8Ah6bSjODcbbLfJD1PQ8QIKdotLp3siRrf
XVUEJl0ISPEYSf0fZDVi5MpchY+axVZvFADbgnMScZG0qHLmWfHpf8mz/2q+a9Xu4iu9///wANf+Cg7ZjTkvlZP/BwCeIiNLOhUHoo9Jt5BOJ/
yWknSLiYhhBK8NtKYHvVWLZqiFRsHix6g2UywZTh1Jt9lu7OtliXscyzQ6GrL2GXShttIJelATRigZjC+iDgHa///wAESPEcvJG57e6CsAAAAA
AAAAAAAAAAAAAAAAAAAAAF9GEmt5Zl22A2LY0g==`,
  },
  {
    name: "directions",
    count: 150,
    stride: 8,
    mode: "ATTRIBUTES",
    filter: "OCTAHEDRAL",
    data: `oP//BwBVmQbJGOhW93quc72q/RXL7zeoMuZhMCX4T8SVZv0ak0NC5fQOR6u4Ek5+7dltsDzhYIA1ovDzDe0zpWPHz6vN82mwjnehZjGYeabZ01
gOiqkFfk4FZ4YMRWJktmnZSCbF4rwVwPWIB5pzFpkFPnFD8bOMcqhcgF6xcwKj/oyNK/aj+v3XR7+l/Kk9FqzhS//wAACEM3krIyTqqgoIRXX/
p8ceBhAR+GYUNZ5XoAkby/NC+2Al9RUWDxYOBA8QEwISGRQEARcYDwoR/yH//+qVPHMcERIZGBn0kHf7kh/1iRQYFA+KWv//kjBs+hEUExIRj/
MfZAZ8n5QVFhMSUE/qH8b//1cPFRMaExKl39MAAAAAABT//wcA/ySe7fDQavuKsgbCuygnVfKdtdxnH2iLFMQp1ryNAnuj5FQ+IDKvM07BIYwY
Z0FyCoYwgzp8VfNIHMD/M6EaVMqfpob85I95TU/YdRD+fAOkQfDr7jLwbPkeLgAMysWDRhuBXziFPBXvgvC26tIxdGfREbhVYk+4ZJSNk5bMoi
QRud+WWQVvjyzYxFZCzVv/8AAACQ5zGUzFqqoKDjf5yxtgny8SGhWjptnyjxH4fRAVEC8Zmv93jv//FA8UExQTFvA/kVBuLwYhFRQV9wVNAvO+
9HwUEhG/Y9g6/5VkkxAREg8Eb478+lSiFBsREUT+K2VWNP9vFRQPEfL/dfD6pLw/EBMaEhkRx0SzAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
AAAAAAAAAAAAAAAAAAAACdAG/8/wf/fw==`,
  },
  {
    name: "small directions",
    count: 150,
    stride: 4,
    mode: "ATTRIBUTES",
    filter: "OCTAHEDRAL",
    data: `oP//BwB6Nl9rXe7msJfKhQvKEF42kFxKHU5DXZ/uY5O2GRCdtsGdLS4g/qlMACZXsUsnU8JS9+beCtFUw1AheIfrktgv0joz2VxtStyop1NN0n
k92VafF3l/adWdHBm78WVym4KST6rg1dTZnwpFAHa+5ph6lI01N8xkSBl0hb6n0bVWYQ9U8u6SI7a0UNhnxNdrg//wAACmYeXD4Tv//wcA8F11
z6/Mty+1SgCRbSKguE+WdPGD/AaWpDMh84qH3RjLEZmZoPnNgXly3My/uqWqADW/pxtVBVDiIq4PXDYd23MHVUjtDhbpQ6PM3EBvxr3oXC/tjj
uO6NGbXWAgkUsYvQE4WkZ24uLQyq5TLqwcRjqW3CzDZmVRRDU4q+ps7P0etm91Y+MaWqKMTLnCS9z/8AAAvn04XtkrAAAAAAAAAAAAAAAAAAAA
AAAAAAAAAAAAAAAAAAAAAAAAAArHf38=`,
  },
  {
    name: "turns",
    count: 70,
    stride: 8,
    mode: "ATTRIBUTES",
    filter: "QUATERNION",
    data: `oP8BAB4TX2/806WENvve3V8zgp8jAXgbAnCu6RnyazB+9RpoycuzhUcF8By2RBFPXRnv68xWK0hN6epSTb7ei9APa//wAAD7phILaev/AQCAlB
D8ePgPkdcxRYoHj3gRz9Rr+x3ZZ7QRGhYZfWlN91ZaqRXrCW5JE7eVipvHL7iBIJKb3JrRcIHUJT9/Oi7/8AAAH7EO4mD+/wEAukv6G/PjP5mN
h2YBNHHub78CG1/4X4DoMT9hO1yaeH4hCaqYD7PedZZEJpOunxE9kkg9dnrGYS94/Ri8D1JS//AAAKyzKnSORv8BALV7RWRdViX7c2n5u5JnLU
zasF+tT26Ivd1jJqJSYTw+wPBNwvrfSRcZTsuQ2dAZq3oAcuQdshWjPXqCO3QJKf/wAADcugbeRPv/AQALeYNBL9acMb/p9jxFFEtRixbhYSWa
jS6vZiDICHY4GpC7g6HqaJksKnhiRa3h7QHcRxbuk7ErKdIRDcahuGT/8AAAOJbj2dXp/wEAA/gMgm9ExNx5YbXbsTXIntCwGfrILQ21n5cvKV
TmCOifdALemORYDgPsAjgbml08fWX2jq8lV2Y2FhQQ+OZh//AAAGmzh0jTY2kCJcSfpQQEBWABIRAQZUAyAEVBQxQUVjJlI+5kBAMDQ2VhAAAA
AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAGFVm2cOH/1/`,
  },
  {
    name: "places",
    count: 200,
    stride: 12,
    mode: "ATTRIBUTES",
    filter: "EXPONENTIAL",
    data: `oP///wEAi8OvkSubcyMsBNQgYOp5emqPNw6ePaB2JMigNKdbrRM/f+ieXkMiZYeqgMADu1Tk5s9DNlCBhtG7lQZEzXdeBB2NprIPrPS0bYo1IC
U4u4mXV3/yKej3Vqaz+8xt/0+kgs0zeeTfZFbzNEn34hBlCxN7ZqrD+BNpCs7q/bgXqR3aEQA4AknklBorPU6UETbRkg0vnKvsinFiPxVP3oSi
DS8mWhO/VRY/4BVEUGsrLftwS94NB76MruFqQ77JZ3b//wAAJfhY4cWTHE6qqqoCAIh/MMsRFxES5pVBdHpIohT1b48eipVUyBEPEjLUfzf3sj
j/DxMQEmokGVKjSkLhEYRgSYYAQFQi9wklQHYmhxJTlYd0UiAXNmkooInzVTbHExVdX0o/n/aAEBITEKgSImsycnBEjxOxkHa1AZkPeVQEyAAA
AABAAEAAAAAQCAAAAAQAAAAA////AQBS3SnbpqbcRPReaqlgs1HqA6bQYIYXJU8GduXPtl7c17yUU2rLYTzr5mKsiAgJ2TGRqXBhZozzKnPhXU
I/mvRSrxy5O9LOGnbjye69HN0FdVczwnonbCBxBgG8rKFqb7VxxuJt1dPWbJLO0ANcA6xU+RaVw1II/LvB2knMdLLA6rxhCvuH1t6gr9bVU1Qn
F0AKQuhH/fssnqvT+Mf/PjymwSEi2Zjuvpy34INAmf9wnoAQXkUwdWqvkTCCg5m4Jf//AAAzQy+4z1GqdqqqqgIHVVMPIPNCOBARizK5B0OCEm
IAVnV1p79pMBRaSIixZuKFJJUvFJeHiCgBEZ9+IUzBAVPxEhAMf4MDwRAUrBCbkR4PEvlGuxAROt4ywo8i5AEQQJJ7HoPwPkAQsEiz+gbKWkwX
anXFOyHQx3SD9Gb5AAAAABASAQQAABAAAAAAAIBIAAAAAP///wEARkBtSVefP/aPyRVpzdWrSi2pgpbE1nuxac4SNXS/Rq+E2w7wNj0juqAInM
L1VfhsLad/uRDb91Kb8m8T9+atwdoBdISGUIbIXhYhFTESpiZN5Exf9GguRYHfQx334gt6J0+zSJLbGy4Ig665vPFfxkJ/11yrJ8F/Jn7mpmtv
lQn5kW50h5ikuduFifUHy7Qb8YAsqMSEWsByBNwbg22AZ0UYkUJ7VGQPjF4nNpOSALAjsgw6cQwtubIN6GLVovP//wAAEBZkv7+lCveqqqoBAh
IzQmGBkFc9Pztn9SrHkhEPb4FVrWCA5FkTJoOVlJFcUyelc0GQ6AYjjxBSRX8yMIEwrxMSIGGrFfRxsXoPMIQGbL83E1AWKHIbkwJ1hOnDILx3
JFABFYVjag8aVjtkFOH0JQH9Y1afDxAUn7wAAA8DEQgBAAAAAACYQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAN8GAOxaAQDsU/3/7A==`,
  },
];

/** @param {string} text */
const bytes = (text) => Uint8Array.from(Buffer.from(text, 'base64'));

for (const { name, count, stride, mode, filter, data } of CASES) {
  test(`${name} are unpacked as the reference does`, async () => {
    await MeshoptDecoder.ready;
    const want = new Uint8Array(count * stride);
    MeshoptDecoder.decodeGltfBuffer(want, count, stride, bytes(data), mode, filter);
    const got = unpacked(count, stride, bytes(data), mode, filter);
    const Kind = { OCTAHEDRAL: stride === 4 ? Int8Array : Int16Array, QUATERNION: Int16Array, EXPONENTIAL: Float32Array }[filter] ?? Uint8Array;
    const [wanted, found] = [new Kind(want.buffer), new Kind(got.buffer)];
    assert.equal(found.length, wanted.length);
    const most = filter === 'OCTAHEDRAL' || filter === 'QUATERNION' ? 1 : 0; // the reference rounds in single precision
    wanted.forEach((value, i) => assert.ok(Math.abs(found[i] - value) <= most, `${i}: ${found[i]}, not ${value}`));
  });
}

test('what is no such data, or ends too soon, is refused', () => {
  const { count, stride, mode, data } = CASES.find(({ mode }) => mode === 'ATTRIBUTES');
  const broken = bytes(data);
  assert.throws(() => unpacked(count, stride, broken.subarray(0, 60), mode), /too soon/);
  broken[0] = 0x11;
  assert.throws(() => unpacked(count, stride, broken, mode), /does not read/);
});
