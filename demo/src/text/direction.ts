/** The first letter of a text that is written from right to left. */
const rightToLeft =
  /^\P{L}*[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Nko}\p{Script=Syriac}\p{Script=Thaana}]/u;

/**
 * Where a text begins, by its first letter. For what holds texts with a direction of their own, past which `dir="auto"`
 * does not look: the marks of a list, the bar of a quotation, the columns of a table.
 */
export function directionOf(text: string): 'ltr' | 'rtl' {
  return rightToLeft.test(text) ? 'rtl' : 'ltr';
}
