// A sentence as a part of another one.

/** Without the full stop and the capital of `It sets no field.`; names such as RolloutPolicy keep their capitals. */
export function clauseOf(sentence: string): string {
  return sentence.replace(/\.$/, '').replace(/^[A-Z](?=[a-z]* )/, (letter) => letter.toLowerCase());
}
