/** Signs the command line in to the org of INSTANCE_URL, in the HOME it is started with; prints the username. */
import { AuthInfo } from '@salesforce/core';

const { ACCESS_TOKEN: accessToken = '', INSTANCE_URL: instanceUrl = '' } = process.env;
const signIn = await AuthInfo.create({ accessTokenOptions: { accessToken, instanceUrl, loginUrl: instanceUrl } });
await signIn.save();
console.log(signIn.getUsername());
