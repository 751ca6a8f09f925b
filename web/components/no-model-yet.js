export const NoModelYet = () => null;
