/** The shape of a sequence version is part of the public contract; the capability speaks of it by this name. */
export * from '@salesos/shared/sequence.ts';
