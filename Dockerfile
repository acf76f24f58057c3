# Page and proxy in one image. The container refuses to start until it is told who may use it; see README, "Run your own".
FROM node:22-alpine AS build
WORKDIR /poplar
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build

FROM node:22-alpine
# The built command is one file that needs no packages, and it writes nothing: the root file system may be read-only.
COPY --from=build --chown=root:root /poplar/dist /poplar/dist
ENV NODE_ENV=production POPLAR_HOST=0.0.0.0 POPLAR_PORT=8025 POPLAR_NO_DEMO=1 POPLAR_LOG=info
# Of these threads half look names up: two, as Node has it, are soon held up by name servers that do not answer.
ENV UV_THREADPOOL_SIZE=32
# The image's user "node", as a number: Kubernetes cannot tell from a name that it is not root.
USER 1000:1000
EXPOSE 8025
HEALTHCHECK --interval=30s --timeout=5s --start-period=5s \
  CMD ["node", "/poplar/dist/proxy/main.js", "--check-health"]
# Less room for young objects: an idle tunnel costs half the memory, and traffic costs no more. More room for old ones
# before they are looked through: what passes through memory counts as old, and an upload would spend half its time on that.
ENTRYPOINT ["node", "--max-semi-space-size=2", "--initial-heap-size=128", "/poplar/dist/proxy/main.js"]
