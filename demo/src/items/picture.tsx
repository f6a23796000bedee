import { Link } from '../text/link.tsx';
import { safeImage } from '../text/safe-link.ts';

interface PictureProps {
  /** Where the image is: untrusted. */
  src: string;
  label: string;
}

/** An image of the recording, or where it is. Its height does not depend on the image, so nothing moves when it loads. */
export function Picture({ src, label }: PictureProps) {
  const image = safeImage(src);
  if (image !== undefined)
    return <img className="picture" src={image} alt={label} decoding="async" loading="lazy" />;
  return (
    <p className="attachment" dir="auto">
      <span className="tag">image</span> <Link href={src}>{src.slice(0, 200) || label}</Link>
    </p>
  );
}
