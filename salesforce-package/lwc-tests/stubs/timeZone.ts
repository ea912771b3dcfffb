export default 'Europe/Oslo';
