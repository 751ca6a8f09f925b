/** Makes one tree like another with as few changes as can be, so that what stands stays: selection, focus, place. */

/**
 * @param {Node} old in the page @param {Node} fresh how it should be @returns {Node} what stands there now
 */
export function morph(old, fresh) {
  if (old.isEqualNode(fresh)) return old;
  if (old.nodeName !== fresh.nodeName) {
    /** @type {ChildNode} */ (old).replaceWith(fresh);
    return fresh;
  }
  if (old instanceof Text && fresh instanceof Text) {
    if (fresh.data.startsWith(old.data)) old.appendData(fresh.data.slice(old.data.length));
    else old.data = fresh.data;
    return old;
  }
  if (!(old instanceof HTMLElement) || !(fresh instanceof HTMLElement)) return old;
  // What the page has made of a mark or a button since is the page's own.
  if (old.dataset.own && old.dataset.own === fresh.dataset.own) return old;
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  const wanted = [...fresh.childNodes];
  const there = [...old.childNodes];
  wanted.forEach((child, index) => {
    const standing = there[index];
    if (standing) morph(standing, child);
    else old.append(child);
  });
  for (const extra of there.slice(wanted.length)) extra.remove();
  return old;
}
