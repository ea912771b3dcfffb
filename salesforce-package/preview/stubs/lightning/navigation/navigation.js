import { host } from 'salesos/host';

const Navigate = Symbol('Navigate');
const GenerateUrl = Symbol('GenerateUrl');

/** The platform's mixin, leading to the page around the frame. */
export const NavigationMixin = (Base) =>
  class extends Base {
    [Navigate](page) {
      host.navigate(page);
    }
    async [GenerateUrl]({ attributes }) {
      return attributes.url ?? `#${attributes.objectApiName}/${attributes.recordId}`;
    }
  };
NavigationMixin.Navigate = Navigate;
NavigationMixin.GenerateUrl = GenerateUrl;
