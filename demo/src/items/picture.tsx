/** Images that are in the recording itself. Others would have to be fetched, which the page's policy forbids. */
const inline = /^data:image\/(?:png|jpe?g|gif|webp|avif|bmp|svg\+xml)[;,]/i;
const address = /^https?:\/\//i;

interface PictureProps {
  /** Where the image is: untrusted. */
  src: string;
  label: string;
}

/** An image of the recording, or where it is. Its height does not depend on the image, so nothing moves when it loads. */
export function Picture({ src, label }: PictureProps) {
  if (inline.test(src))
    return <img className="picture" src={src} alt={label} decoding="async" loading="lazy" />;
  return (
    <p className="attachment" dir="auto">
      <span className="tag">image</span>{' '}
      {address.test(src) ? (
        <a href={src} target="_blank" rel="noopener noreferrer nofollow">
          {src}
        </a>
      ) : (
        src.slice(0, 200) || label
      )}
    </p>
  );
}
