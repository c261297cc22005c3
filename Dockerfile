# The server as an image that holds one file, its program. Any builder makes it, for amd64 and arm64 alike:
#   docker build -t climate-timeline .
#   podman build --format docker -t climate-timeline .      (the health check is no part of the OCI format)
# Each stage runs on the architecture that it builds for, so nothing here names one, and nothing is cross-compiled.

# The toolchain of rust-toolchain.toml; `.ci/base-image` fails where the two differ. The slim variant has no `make`, which
# the allocator is built with.
FROM docker.io/library/rust:1.95.0-bookworm AS dependencies
WORKDIR /build
# The program brings its C library with it. Only where the target is named are build scripts and macros, which cannot
# be linked so, built without this flag.
ENV RUSTFLAGS="-C target-feature=+crt-static"
COPY .cargo .cargo
COPY Cargo.toml Cargo.lock ./
# With nothing of ours but the manifest, this layer is made anew only when a dependency changes.
RUN mkdir src \
    && echo 'fn main() {}' | tee build.rs >src/main.rs \
    && touch src/lib.rs \
    && target=$(rustc --print host-tuple) \
    && cargo build --locked --release --target "$target" \
    && cargo clean --release --target "$target" --package climate-timeline \
    && rm -r build.rs src

FROM dependencies AS build
COPY build.rs CITATION.cff LICENSE-DATA ./
COPY assets assets
COPY migrations migrations
COPY src src
COPY seed seed
RUN target=$(rustc --print host-tuple) \
    && cargo build --locked --release --target "$target" \
    && cp "target/$target/release/climate-timeline" /climate-timeline

FROM scratch
COPY --from=build /climate-timeline /climate-timeline
# By number, since there is no file that names users.
USER 65532:65532
ENV LISTEN=0.0.0.0:8080
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=10s CMD ["/climate-timeline", "healthcheck"]
ENTRYPOINT ["/climate-timeline"]
ARG REVISION=unknown
LABEL org.opencontainers.image.title="climate-timeline" \
      org.opencontainers.image.description="An API server for the record of US-China climate diplomacy since 1979" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.licenses="(MIT OR Apache-2.0) AND CC-BY-4.0"
