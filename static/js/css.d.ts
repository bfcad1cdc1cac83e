/** Styles are bundled as text, to be adopted: a strict page allows no style of its own making. */
declare module '*.css?sheet' {
  const text: string;
  export default text;
}

declare module '*.css?sheet&in=.look' {
  const text: string;
  export default text;
}

declare module '*.css?sheet&in=.desk' {
  const text: string;
  export default text;
}

declare module '*.css?sheet&plain' {
  const text: string;
  export default text;
}
