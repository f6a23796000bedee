/** Addresses that a link may lead to; others could be a script. */
const followed = /^(?:https?:\/\/|mailto:)[^\s]+$/i;

/** The address, if a link to it is safe to follow. */
export function safeLink(address: string): string | undefined {
  return followed.test(address) ? address : undefined;
}

/** Images that are in the recording itself. Others would have to be fetched, which the page's policy forbids. */
const inlineImage = /^data:image\/(?:png|jpe?g|gif|webp|avif|bmp|svg\+xml)[;,]/i;

/** The address, if it is an image in itself. */
export function safeImage(address: string): string | undefined {
  return inlineImage.test(address) ? address : undefined;
}
