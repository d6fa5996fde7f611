// What a rule is about, in Markdown, for consumers that show it beside a finding.

import { manifest, type Topic, topicUrl } from '../topics.ts';

export function topicMarkdown({ id, title, help, writes }: Topic): string {
  const parts = [
    `**${title}.**`,
    help,
    ...(writes === undefined ? [] : [`\`hitless fix\` writes ${writes}.`]),
    ...(id === manifest.id
      ? []
      : [`To accept it for one workload, annotate that with \`ignore.hitless.dev/${id}: "the reason"\`.`]),
    `[Every finding of this rule, and what to do](${topicUrl(id)})`,
  ];
  return parts.join('\n\n');
}
