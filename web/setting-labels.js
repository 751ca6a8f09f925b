/** What each setting is called for people, in groups of what belongs together. */

/**
 * @typedef {object} Group
 * @property {string} title
 * @property {string} [about]
 * @property {string} [href]  where there is more of it
 * @property {Record<string, string>} labels  key -> label
 */

/** @type {Group[]} */
export const GROUPS = [
  {
    title: "Who answers",
    about: "Models are chosen on their own page too.",
    href: "#/models",
    labels: {
      "chat.model": "Chat model",
      "chat.server_url": "Address of a model server",
      "chat.server_key": "Key for that server",
    },
  },
  {
    title: "Answers",
    labels: {
      "chat.max_tokens": "Longest answer",
      "chat.temperature": "Freedom in choosing words",
      "chat.context_tokens": "Room for passages, question and answer",
    },
  },
  {
    title: "Memory and speed of the chat model",
    labels: {
      "chat.kv_type": "Precision of its memory",
      "chat.idle_minutes": "Minutes until it leaves memory",
      "chat.threads": "Processor threads for answers",
      "chat.gpu_layers": "Layers on the graphics card",
    },
  },
  {
    title: "Finding notes by meaning",
    labels: {
      "embed.model": "Model that reads the meaning",
      "embed.precision": "Its precision",
      "embed.threads": "Processor threads for finding",
      "images.clip_model": "Model that finds photos by what they show",
    },
  },
  {
    title: "Reading notes",
    labels: {
      "index.watch": "Index a file as soon as it is saved",
      "index.reconcile_minutes": "Minutes between looks for changes",
      "index.hidden": "Read hidden files and folders",
      "index.max_file_mb": "Largest file, in MB",
      "git.fetch_minutes": "Minutes between looks at repositories elsewhere",
    },
  },
  {
    title: "Training",
    about: "Whether and when it runs by night is easier to set on the page of the trainings.",
    href: "#/train",
    labels: {
      "train.enabled": "Train by night",
      "train.window": "Hours in which it may begin",
      "train.weekdays": "Days on which it may begin",
      "train.minimum_change": "Notes that must have changed",
      "train.budget_minutes": "Longest training, in minutes",
      "train.busy_percent": "Work of others it waits for, in percent",
      "train.look_minutes": "Minutes between looks whether it may begin",
      "train.checkpoint_minutes": "Minutes between checkpoints",
      "train.exclude": "Notes never to learn from",
      "train.base": "Folder with the weights to train on",
      "train.questions": "Questions made of the notes, at most",
      "train.model_questions": "Questions written by the model, at most",
      "train.rank": "Size of the adapter (rank)",
      "train.epochs": "Passes through the rows, at most",
      "train.learning_rate": "Learning rate",
    },
  },
  { title: "Where models are kept", labels: { "models.folder": "Folder" } },
  {
    title: "Who can reach it",
    about: "Browser extensions that were let in, and taking that back.",
    href: "#/grant",
    labels: {
      "server.host": "Address it listens on",
      "server.port": "Port",
      "server.open_loopback": "Let programs here in without the token",
    },
  },
];
