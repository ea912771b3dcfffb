# The pages that Pipedrive frames: the only part that is built.
FROM node:24-bookworm-slim AS pages
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json ./
COPY shared/package.json shared/
COPY backend/package.json backend/
RUN npm ci --ignore-scripts
COPY shared shared
COPY pipedrive-app pipedrive-app
# Not by npm run: the package “node” among the development tools stands in its way without its install script.
RUN node node_modules/vite/bin/vite.js build --config pipedrive-app/vite.config.ts

# The backend, in one image for the roles api, worker and all. Node runs the TypeScript as it is.
FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_FOLDER=/data
COPY package.json package-lock.json .npmrc ./
COPY shared/package.json shared/
COPY backend/package.json backend/
RUN npm ci --omit=dev --ignore-scripts
COPY shared shared
COPY migrations migrations
COPY backend backend
COPY pipedrive-app/json-panel pipedrive-app/json-panel
COPY --from=pages /app/pipedrive-app/dist pipedrive-app/dist
RUN mkdir /data && chown node /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD node -e "fetch('http://127.0.0.1:' + process.env.PORT + '/health/ready').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"
CMD ["node", "backend/src/main.ts"]
