// Runs a person's regular expression beside the page, so that a bad one can be ended (findclient.ts).
import { findAll, type Query, type Source } from "./finding";

type Asked = { sources: Source[]; query: Query; replacement: string };

self.onmessage = ({ data }: MessageEvent<Asked>) => {
  self.postMessage(findAll(data.sources, data.query, data.replacement));
};
