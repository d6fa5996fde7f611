// What a renderer fills in later.

const template = /\{\{/;
const variable = /\$\{\w|\$\(\w/;
// What an older Helm writes for a release without a name.
const unnamed = /RELEASE-NAME/;

/** `{{ .Values.x }}`, as Helm, Jinja and their like write it, and `${{VAR}}`. */
export function hasTemplate(text: string): boolean {
  return template.test(text);
}

/** `${VAR}`, `${VAR:=x}` or `$(VAR)`, as a shell, Flux or make write it. */
export function hasVariable(text: string): boolean {
  return variable.test(text);
}

/** Any of these. */
export function hasPlaceholder(text: string): boolean {
  return hasTemplate(text) || hasVariable(text) || unnamed.test(text);
}
