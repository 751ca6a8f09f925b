/* Made from docs/openapi.json by `npm run types`: do not change it here. */
export interface paths {
    "/api/v1/adapters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Adapters
         * @description Every adapter, the newest first.
         */
        get: operations["adapters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/adapters/forget": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Forget
         * @description Remove what has learned from deleted notes, and train anew without them, as a job. Its
         *     result is a `Forgotten`. What was removed stays so when it is cancelled.
         */
        post: operations["forget"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/adapters/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import Adapter
         * @description Keep an adapter that was exported. It is checked, and not used yet.
         */
        post: operations["import_adapter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/adapters/none": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Use No Adapter
         * @description Answer without an adapter from now on.
         */
        post: operations["use_no_adapter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/adapters/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Roll Back Adapter
         * @description Go back to what was in use before.
         */
        post: operations["roll_back_adapter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/adapters/use": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Use Adapters
         * @description Answer with these from now on, each as strongly as its weight; the model stays loaded.
         */
        post: operations["use_adapters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/adapters/{adapter_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Adapter
         * @description One adapter with its card.
         */
        get: operations["adapter"];
        put?: never;
        post?: never;
        /**
         * Remove Adapter
         * @description Delete an adapter for good, with its file.
         */
        delete: operations["remove_adapter"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/adapters/{adapter_id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Export Adapter
         * @description Write an adapter with its card into one new file.
         */
        post: operations["export_adapter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/adapters/{adapter_id}/use": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Use Adapter
         * @description Answer with this adapter from now on; the model stays loaded.
         */
        post: operations["use_adapter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Chat
         * @description An answer from the notes, one event a line. Close the connection to stop it: what was
         *     written until then is kept.
         */
        post: operations["chat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/clips": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Clip
         * @description Write a new note with the page's title, address and date. Nothing is overwritten.
         */
        post: operations["clip"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Conversations
         * @description The conversations, last used first.
         */
        get: operations["conversations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{conversation_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Conversation
         * @description One conversation with all its messages.
         */
        get: operations["conversation"];
        put?: never;
        post?: never;
        /**
         * Delete Conversation
         * @description Forget a conversation for good.
         */
        delete: operations["delete_conversation"];
        options?: never;
        head?: never;
        /**
         * Rename Conversation
         * @description Give a conversation another title.
         */
        patch: operations["rename_conversation"];
        trace?: never;
    };
    "/api/v1/conversations/{conversation_id}/adapters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Conversation Adapters
         * @description What a conversation is answered with.
         */
        get: operations["conversation_adapters"];
        /**
         * Use Adapters In
         * @description Answer a conversation with these from now on.
         */
        put: operations["use_adapters_in"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{conversation_id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export Conversation
         * @description One conversation as Markdown, its citations as links to the notes.
         */
        get: operations["export_conversation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/doctor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Doctor
         * @description Look closely at the index and the models; it takes seconds.
         */
        get: operations["doctor"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/entries/{entry_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Entry
         * @description One entry, whole, and the outline of the note that it stands in.
         */
        get: operations["entry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/entries/{entry_id}/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Entry Image
         * @description A small picture of an entry: an image, upright; the page of a PDF; or with `name` the
         *     image that a note shows, if the index knows it.
         */
        get: operations["entry_image"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/entries/{entry_id}/pictures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Entry Pictures
         * @description Which of the pictures that a note shows can be had.
         */
        post: operations["entry_pictures"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events
         * @description What changes, one object a line, until the connection is closed.
         */
        get: operations["events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Files
         * @description Every file with its state; for a failed one, why.
         */
        get: operations["files"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Grants
         * @description The programs that were let in, the latest first.
         */
        get: operations["list_grants"];
        put?: never;
        /**
         * Allow
         * @description Allow a program what it asks for. It has five minutes to fetch its token.
         */
        post: operations["allow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/grants/own": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Own Grant
         * @description What was granted to the program that asks.
         */
        get: operations["own_grant"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/grants/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Claim Grant
         * @description The token that was allowed, given once to whoever holds the secret and comes from the
         *     origin that the user saw.
         */
        post: operations["claim_grant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/grants/{grant_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke
         * @description Take a grant back, at once; `own` is that of the program that asks.
         */
        delete: operations["revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Health
         * @description Whether the daemon is there. The only call that needs no token.
         */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/index": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Index
         * @description Bring the index up to date; the job's result says what was done.
         */
        post: operations["index"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Jobs
         * @description Running and recent jobs, newest first.
         */
        get: operations["jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Job
         * @description One job.
         */
        get: operations["job"];
        put?: never;
        post?: never;
        /**
         * Cancel Job
         * @description Stop a job; it ends within moments and what it did so far is kept.
         */
        delete: operations["cancel_job"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/map": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Map
         * @description The picture of the notes as it was drawn last. If they have changed since, asking for
         *     it begins a new one: a job of its own, after which the picture is asked for again. Where
         *     there is a picture, a new one is begun only once indexing rests.
         */
        get: operations["get_map"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/messages/{message_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete Message
         * @description Forget a question and its answer for good; either of the two can be named.
         */
        delete: operations["delete_message"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/messages/{message_id}/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Feedback
         * @description Keep a thumb and a reason.
         */
        post: operations["feedback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All Models
         * @description The catalogue, what is on this machine, and what the configured server offers.
         */
        get: operations["all_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/measure": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Measurements
         * @description What was measured of each model when it was last measured.
         */
        get: operations["measurements"];
        put?: never;
        /**
         * Measure Model
         * @description Measure how well the local chat model in use makes use of its context, as a job:
         *     perplexity per byte at each length, then a sentence hidden at each length and depth and
         *     asked back. The result is a Measurement, and is kept.
         */
        post: operations["measure_model"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/none": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Use No Model
         * @description Answer by quoting the notes from now on, without a model.
         */
        post: operations["use_no_model"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove Model
         * @description Delete what was fetched under this name. Files of other programs are not touched.
         */
        delete: operations["remove_model"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{name}/pull": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pull Model
         * @description Fetch a model of the catalogue, as a job. Cancelled (`DELETE /jobs/{id}`), it keeps what
         *     came, and the next pull goes on from there.
         */
        post: operations["pull_model"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{name}/use": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Use Model
         * @description Answer with this model from now on, and after the next start too.
         */
        post: operations["use_model"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/note": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Note
         * @description The whole note that an entry stands in, or that has a path.
         */
        get: operations["note"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search
         * @description The entries that fit a question best. Filters alone find all there are, page by page;
         *     words have some hundreds of hits at most.
         */
        get: operations["search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/searches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Saved Searches
         * @description Every search that was kept, newest first.
         */
        get: operations["saved_searches"];
        put?: never;
        /**
         * Save Search
         * @description Keep a search. One that is kept already only takes the new name.
         */
        post: operations["save_search"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/searches/{search_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete Search
         * @description Forget it for good.
         */
        delete: operations["delete_search"];
        options?: never;
        head?: never;
        /**
         * Rename Search
         * @description Call it something else.
         */
        patch: operations["rename_search"];
        trace?: never;
    };
    "/api/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All Settings
         * @description Every setting, what it does and what it is. Secrets are never told.
         */
        get: operations["all_settings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change Settings
         * @description Change settings, all of them or, if one is wrong, none. They count from the next start
         *     of the daemon. Where it listens cannot be changed from here.
         */
        patch: operations["change_settings"];
        trace?: never;
    };
    "/api/v1/similar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Similar
         * @description Entries that speak of the same as this one.
         */
        get: operations["similar"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sources
         * @description Everything the user added.
         */
        get: operations["sources"];
        put?: never;
        /**
         * Add Source
         * @description Add a source; indexing it begins at once, as a job.
         */
        post: operations["add_source"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Source
         * @description One source.
         */
        get: operations["source"];
        put?: never;
        post?: never;
        /**
         * Remove Source
         * @description Forget a source and everything indexed from it. The notes themselves stay.
         */
        delete: operations["remove_source"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Status
         * @description Counts, what is being done, and whether the watcher is alive.
         */
        get: operations["status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/suggest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Suggest
         * @description Values that a filter can have, the most frequent first.
         */
        get: operations["suggest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/train": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * May Train
         * @description Whether a training could begin now, and if not what is in the way, with the way out.
         */
        get: operations["may_train"];
        put?: never;
        /**
         * Train
         * @description Train an adapter on the notes, as a job; it is used only if it answers better. The
         *     result is the run, as `GET /train/runs/{id}` has it. Cancelled, it goes on the next time.
         */
        post: operations["train"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/train/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Train Runs
         * @description Every training, the newest first.
         */
        get: operations["train_runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/train/runs/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Train Run
         * @description One training, with its learning curves so far and how it was judged.
         */
        get: operations["train_run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/train/runs/{run_id}/curves.png": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Train Curves
         * @description The learning curves of a training as a picture.
         */
        get: operations["train_curves"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/train/runs/{run_id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Train Report
         * @description A training on one page: the figures, the plots, and what they mean.
         */
        get: operations["train_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/train/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop Training
         * @description Stop the training that runs, whoever began it; the next one goes on from there.
         */
        post: operations["stop_training"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Adapter
         * @description An adapter. `stale`: a note it has learned from is gone since; the next training goes
         *     without.
         */
        Adapter: {
            /** Base Hash */
            base_hash: string;
            /** Base Name */
            base_name: string;
            /** Created */
            created: number;
            /** File Hash */
            file_hash: string;
            /**
             * Here
             * @description Whether its file is on this machine.
             */
            here: boolean;
            /** Id */
            id: string;
            /** Rank */
            rank: number;
            /**
             * Report
             * @description How it was judged, as a run's `gate`.
             */
            report: {
                [key: string]: unknown;
            };
            /**
             * Run
             * @description The training it is from; empty for one that was imported.
             */
            run: string;
            /**
             * Saw
             * @description Notes it has learned from.
             */
            saw: number;
            /** Size */
            size: number;
            /** Stale */
            stale: boolean;
            /**
             * State
             * @enum {string}
             */
            state: "candidate" | "in use" | "retired" | "rejected";
            /**
             * Weight
             * @description How strongly it counts; null where not in use.
             */
            weight: number | null;
        };
        /**
         * AdapterChoice
         * @description The body of `POST /adapters/use`: what to answer with from now on; empty: without any.
         */
        AdapterChoice: {
            /** Adapters */
            adapters: components["schemas"]["AdapterWeight"][];
        };
        /**
         * AdapterDetail
         * @description One adapter, whole.
         */
        AdapterDetail: {
            /** Base Hash */
            base_hash: string;
            /** Base Name */
            base_name: string;
            /**
             * Card
             * @description What its file says of itself (`id`, `architecture`, `base_name`, `base_hash`, `rank`, `alpha`, `tensors`); null where the file is gone or broken.
             */
            card: {
                [key: string]: unknown;
            } | null;
            /** Created */
            created: number;
            /** File Hash */
            file_hash: string;
            /**
             * Gone
             * @description Notes it has learned from that are gone since.
             */
            gone: string[];
            /**
             * Here
             * @description Whether its file is on this machine.
             */
            here: boolean;
            /** Id */
            id: string;
            /** Rank */
            rank: number;
            /**
             * Report
             * @description How it was judged, as a run's `gate`.
             */
            report: {
                [key: string]: unknown;
            };
            /**
             * Run
             * @description The training it is from; empty for one that was imported.
             */
            run: string;
            /**
             * Saw
             * @description Notes it has learned from.
             */
            saw: number;
            /** Size */
            size: number;
            /** Stale */
            stale: boolean;
            /**
             * State
             * @enum {string}
             */
            state: "candidate" | "in use" | "retired" | "rejected";
            /**
             * Weight
             * @description How strongly it counts; null where not in use.
             */
            weight: number | null;
        };
        /**
         * AdapterFile
         * @description The body of an import or export: a file on the daemon's machine.
         */
        AdapterFile: {
            /**
             * Path
             * @description Absolute path.
             */
            path: string;
        };
        /**
         * AdapterWeight
         * @description An adapter to answer with, and how strongly it counts.
         */
        AdapterWeight: {
            /** Id */
            id: string;
            /**
             * Weight
             * @description 1: as it was trained.
             * @default 1
             */
            weight: number;
        };
        /**
         * Adapters
         * @description `in_use` is the id of the one that answers are given with, the first where `uses` lists
         *     several.
         */
        Adapters: {
            /** Adapters */
            adapters: components["schemas"]["Adapter"][];
            /** In Use */
            in_use: string | null;
            /** Uses */
            uses: components["schemas"]["AdapterWeight"][];
        };
        /**
         * AddedSource
         * @description The answer to it: the source as it is now, and the job that indexes it.
         */
        AddedSource: {
            job: components["schemas"]["Job"];
            source: components["schemas"]["Source"];
        };
        /**
         * Change
         * @description One change. `event`: hello (the stream began), job, index, files, sources, models, missed, or
         *     heartbeat; the other fields depend on it (`job` carries a Job).
         */
        Change: {
            /** Event */
            event: string;
        } & {
            [key: string]: unknown;
        };
        /**
         * ChatEvent
         * @description One line of the answer.
         */
        ChatEvent: components["schemas"]["ConversationEvent"] | components["schemas"]["StatusEvent"] | components["schemas"]["SourcesEvent"] | components["schemas"]["TokenEvent"] | components["schemas"]["CitationsEvent"] | components["schemas"]["DoneEvent"] | components["schemas"]["ErrorEvent"];
        /**
         * ChatRequest
         * @description The body of `POST /chat`. Without `conversation_id` a new conversation begins.
         */
        ChatRequest: {
            /**
             * Adapter
             * @description An adapter's id; none: those of the conversation, or in use.
             */
            adapter?: string | null;
            /**
             * Adapters
             * @description Several at once, for this answer; empty: none. Not with one.
             */
            adapters?: components["schemas"]["AdapterWeight"][] | null;
            /** Conversation Id */
            conversation_id?: string | null;
            /**
             * Limit
             * @description Passages to answer from.
             */
            limit?: number | null;
            /**
             * Max Tokens
             * @description Longest answer, in tokens.
             */
            max_tokens?: number | null;
            /**
             * Message
             * @description A question, or /general, /summarize PATH, /help. Empty only with `replaces`.
             * @default
             */
            message: string;
            /**
             * Model
             * @description The model in use by its name, or `extractive` to quote only.
             */
            model?: string | null;
            /**
             * Replaces
             * @description A message of the conversation: its question is asked anew, in these words or (empty) its own; it and what followed leave the thread.
             */
            replaces?: string | null;
            /** Temperature */
            temperature?: number | null;
        };
        /**
         * Check
         * @description One thing that was looked at; `hint` is the way out where it is not well.
         */
        Check: {
            /** Hint */
            hint: string;
            /** Message */
            message: string;
            /** Name */
            name: string;
            /** Ok */
            ok: boolean;
        };
        /** Checks */
        Checks: {
            /** Checks */
            checks: components["schemas"]["Check"][];
        };
        /** Citation */
        Citation: {
            /**
             * Cited
             * @description False where the model named no note, but one has the words.
             */
            cited?: boolean | null;
            /**
             * Claim
             * @description The model's sentence that rests on it.
             */
            claim?: string | null;
            /** @description The entry that is cited; `line` is the quote's. */
            hit: components["schemas"]["NumberedHit"];
            /**
             * How
             * @description What supports the claim: its very words, most of them, or sense.
             */
            how?: ("quote" | "words" | "meaning" | "none") | null;
            /** N */
            n: number;
            /** Quote */
            quote: string;
            /**
             * Status
             * @enum {string}
             */
            status: "supported" | "unsupported";
        };
        /** CitationsEvent */
        CitationsEvent: {
            /** Citations */
            citations: components["schemas"]["Citation"][];
            /**
             * Event
             * @constant
             */
            event: "citations";
        };
        /** Claim */
        Claim: {
            /**
             * Verifier
             * @description Whose S256 was allowed.
             */
            verifier: string;
        };
        /** Claimed */
        Claimed: {
            grant: components["schemas"]["Grant"];
            /**
             * Token
             * @description Given once and not kept.
             */
            token: string;
        };
        /**
         * Clip
         * @description A page, or what is selected on it: `html`, which becomes Markdown, or `text`.
         */
        Clip: {
            /**
             * Folder
             * @description Absolute, within a watched source; what was granted has its own.
             * @default
             */
            folder: string;
            /**
             * Html
             * @default
             */
            html: string;
            /**
             * Tags
             * @default []
             */
            tags: string[];
            /**
             * Text
             * @default
             */
            text: string;
            /**
             * Title
             * @default
             */
            title: string;
            /**
             * Url
             * @default
             */
            url: string;
            /**
             * Whole
             * @description A whole page: menus around it are left out.
             * @default false
             */
            whole: boolean;
        };
        /** Clipped */
        Clipped: {
            /**
             * Found
             * @description Whether searches find it already.
             */
            found: boolean;
            /** Name */
            name: string;
            /** Path */
            path: string;
        };
        /** Conversation */
        Conversation: {
            /**
             * Created
             * Format: date-time
             */
            created: string;
            /** Id */
            id: string;
            /** Messages */
            messages: components["schemas"]["Message"][];
            /** Title */
            title: string;
            /**
             * Updated
             * Format: date-time
             */
            updated: string;
        };
        /**
         * ConversationAdapters
         * @description What one conversation is answered with. Null: what is in use; empty: without any.
         */
        ConversationAdapters: {
            /** Adapters */
            adapters: components["schemas"]["AdapterWeight"][] | null;
        };
        /** ConversationEvent */
        ConversationEvent: {
            /**
             * Event
             * @constant
             */
            event: "conversation";
            /** Id */
            id: string;
            /**
             * Message Id
             * @description Of the answer.
             */
            message_id: string;
            /**
             * Question Id
             * @description Of the message that is answered.
             */
            question_id: string;
        };
        /** ConversationSummary */
        ConversationSummary: {
            /**
             * Created
             * Format: date-time
             */
            created: string;
            /** Id */
            id: string;
            /** Title */
            title: string;
            /**
             * Updated
             * Format: date-time
             */
            updated: string;
        };
        /** Conversations */
        Conversations: {
            /** Conversations */
            conversations: components["schemas"]["ConversationSummary"][];
            /**
             * Total
             * @description How many there are without the limit.
             */
            total: number;
        };
        /** DateRange */
        DateRange: {
            /**
             * End
             * @description Exclusive.
             */
            end: string | null;
            /** Start */
            start: string | null;
        };
        /** DoneEvent */
        DoneEvent: {
            /**
             * Adapter
             * @description The adapters' ids, joined by +; null without one.
             */
            adapter: string | null;
            /** Adapters */
            adapters?: components["schemas"]["AdapterWeight"][] | null;
            /**
             * Answered
             * @description False when the notes hold no answer.
             */
            answered: boolean;
            /**
             * Event
             * @constant
             */
            event: "done";
            /** @description Why notes are quoted although a model should answer. */
            fallback?: components["schemas"]["ErrorBody"] | null;
            /** Model */
            model: string;
            /**
             * Score
             * @description How sure quotes answer, 0 to 1.
             */
            score?: number | null;
            /**
             * Supported
             * @description Whether a citation bears out any of the answer.
             */
            supported: boolean;
            /** Threshold */
            threshold?: number | null;
            /** Took Ms */
            took_ms: number;
            usage: components["schemas"]["Usage"];
        };
        /**
         * Entry
         * @description One entry, whole. `text` is the source text, `plain` what a reader would read.
         */
        Entry: {
            /** Dates */
            dates: components["schemas"]["EntryDate"][];
            /** End Line */
            end_line: number;
            /** Id */
            id: number;
            /** Line */
            line: number;
            /**
             * Modified
             * Format: date-time
             */
            modified: string;
            note: components["schemas"]["NoteOutline"];
            /** Outline */
            outline: string[];
            /** Page */
            page: number | null;
            /** Path */
            path: string;
            /** Plain */
            plain: string;
            /** Properties */
            properties: {
                [key: string]: string;
            };
            /** Source */
            source: string;
            /** Tags */
            tags: string[];
            /** Text */
            text: string;
            /** Title */
            title: string;
            /** Todo */
            todo: string;
            /** Type */
            type: string;
            /** Uri */
            uri: string;
        };
        /** EntryDate */
        EntryDate: {
            /**
             * Day
             * Format: date
             */
            day: string;
            /** Kind */
            kind: string;
        };
        /** ErrorAnswer */
        ErrorAnswer: {
            error: components["schemas"]["ErrorBody"];
        };
        /** ErrorBody */
        ErrorBody: {
            /** Code */
            code: string;
            /** Hint */
            hint: string;
            /** Message */
            message: string;
        };
        /** ErrorEvent */
        ErrorEvent: {
            error: components["schemas"]["ErrorBody"];
            /**
             * Event
             * @constant
             */
            event: "error";
        };
        /**
         * Explain
         * @description What each side contributed; null where a side did not find the entry.
         */
        Explain: {
            /** Cosine */
            cosine: number | null;
            /** Lexical Rank */
            lexical_rank: number | null;
            /** Lexical Score */
            lexical_score: number | null;
            /**
             * Picture
             * @description Cosine of the query and what a photo shows.
             */
            picture: number | null;
            /** Rerank */
            rerank: number | null;
            /** Semantic Rank */
            semantic_rank: number | null;
        };
        /**
         * Feedback
         * @description A thumb on an answer; `none` takes it back.
         */
        Feedback: {
            /**
             * Reason
             * @default
             */
            reason: string;
            /**
             * Value
             * @enum {string}
             */
            value: "up" | "down" | "none";
        };
        /**
         * File
         * @description One file of the index; `code` and `message` say why it failed.
         */
        File: {
            /** Code */
            code: string;
            /** Entries */
            entries: number;
            /**
             * Entry
             * @description The first entry of it, to open; null where none is.
             */
            entry: number | null;
            /**
             * Indexed
             * Format: date-time
             */
            indexed: string;
            /** Message */
            message: string;
            /**
             * Modified
             * Format: date-time
             */
            modified: string;
            /** Path */
            path: string;
            /** Size */
            size: number;
            /** Source */
            source: string;
            /** State */
            state: string;
            /** Title */
            title: string;
            /** Type */
            type: string;
            /** Uri */
            uri: string;
        };
        /** Files */
        Files: {
            /** Files */
            files: components["schemas"]["File"][];
            /**
             * Total
             * @description How many there are without `limit`.
             */
            total: number;
        };
        /** Grant */
        Grant: {
            /**
             * Client
             * @description What the program calls itself.
             */
            client: string;
            /**
             * Created
             * Format: date-time
             */
            created: string;
            /**
             * Folder
             * @description Where its clips go.
             */
            folder: string;
            /** Id */
            id: string;
            /**
             * Origin
             * @description Where its requests must come from.
             */
            origin: string;
            /** Scopes */
            scopes: ("search" | "ask" | "clip")[];
        };
        /** GrantList */
        GrantList: {
            /** Grants */
            grants: components["schemas"]["Grant"][];
        };
        /**
         * GrantRequest
         * @description What the user allows on the page. `source` and `folder` say where clips go.
         */
        GrantRequest: {
            /**
             * Challenge
             * @description S256 of RFC 7636.
             */
            challenge: string;
            /** Client */
            client: string;
            /**
             * Folder
             * @description Below the source's folder.
             * @default
             */
            folder: string;
            /** Origin */
            origin: string;
            /** Scopes */
            scopes: ("search" | "ask" | "clip")[];
            /**
             * Source
             * @default
             */
            source: string;
        };
        /** Health */
        Health: {
            /**
             * Ready
             * @description Whether search works by meaning yet, not only by words.
             */
            ready: boolean;
            /** Status */
            status: string;
            /** Version */
            version: string;
        };
        /**
         * Hit
         * @description One entry found.
         */
        Hit: {
            /** End Line */
            end_line: number;
            /** @description With explain=true. */
            explain?: components["schemas"]["Explain"] | null;
            /**
             * Highlights
             * @description [start, end) in the snippet.
             */
            highlights: [
                number,
                number
            ][];
            /** Id */
            id: number;
            /**
             * Line
             * @description Where the best passage begins.
             */
            line: number;
            /**
             * Modified
             * Format: date-time
             */
            modified: string;
            /** Outline */
            outline: string[];
            /** Page */
            page: number | null;
            /**
             * Path
             * @description Absolute where there is a file to open.
             */
            path: string;
            /** Score */
            score: number;
            /** Snippet */
            snippet: string;
            /** Source */
            source: string;
            /** Tags */
            tags: string[];
            /**
             * Text
             * @description The whole entry, with full=true.
             */
            text?: string | null;
            /** Title */
            title: string;
            /** Type */
            type: string;
            /**
             * Uri
             * @description What a person can open: file://..., obsidian://...
             */
            uri: string;
        };
        /** ImportedAdapter */
        ImportedAdapter: {
            /** Adapters */
            adapters: components["schemas"]["Adapter"][];
            /**
             * Imported
             * @description The id under which the file is kept.
             */
            imported: string;
            /** In Use */
            in_use: string | null;
            /** Uses */
            uses: components["schemas"]["AdapterWeight"][];
        };
        /**
         * IndexRequest
         * @description The body of `POST /index`: all sources when none is named; `full` reads every file again.
         */
        IndexRequest: {
            /**
             * Full
             * @default false
             */
            full: boolean;
            /** Names */
            names?: string[];
            /**
             * Paths
             * @description Files to read again even if nothing has changed, as `GET /files` lists them.
             */
            paths?: string[];
        };
        /**
         * IndexState
         * @description What the index is doing: `state` is idle, indexing, embedding or preparing (the model).
         */
        IndexState: {
            /** Detail */
            detail: string;
            /** Done */
            done: number;
            /** Stage */
            stage: string;
            /** State */
            state: string;
            /** Total */
            total: number;
        };
        /**
         * Job
         * @description A long task. `result` depends on the kind; of an index job it is an IndexReport.
         */
        Job: {
            /**
             * Created
             * Format: date-time
             */
            created: string;
            error: components["schemas"]["ErrorBody"] | null;
            /** Finished */
            finished: string | null;
            /** Id */
            id: string;
            /** Kind */
            kind: string;
            progress: components["schemas"]["Progress"];
            /** Result */
            result: {
                [key: string]: unknown;
            } | null;
            /**
             * State
             * @enum {string}
             */
            state: "queued" | "running" | "done" | "failed" | "cancelled";
        };
        /** Jobs */
        Jobs: {
            /** Jobs */
            jobs: components["schemas"]["Job"][];
        };
        /** KnownPictures */
        KnownPictures: {
            /** Known */
            known: string[];
        };
        /**
         * MapGroup
         * @description Notes that lie together: the words that mark them, and the middle of them.
         */
        MapGroup: {
            /** Count */
            count: number;
            /** Words */
            words: string[];
            /** X */
            x: number;
            /** Y */
            y: number;
        };
        /**
         * MeasureRequest
         * @description The body of `POST /models/measure`, if there is one.
         */
        MeasureRequest: {
            /**
             * Depths
             * @description Where to hide a sentence, from 0 (the beginning) to 1; none, without any.
             * @default [
             *       0,
             *       0.25,
             *       0.5,
             *       0.75,
             *       1
             *     ]
             */
            depths: number[];
            /**
             * Lengths
             * @description Contexts, in tokens.
             * @default [
             *       2048,
             *       4096,
             *       8192,
             *       16384,
             *       32768
             *     ]
             */
            lengths: number[];
            /**
             * Paths
             * @description Notes to measure on; the longest, without any.
             * @default []
             */
            paths: string[];
        };
        /**
         * Measurement
         * @description What was measured of a model.
         */
        Measurement: {
            /**
             * Measured
             * Format: date-time
             */
            measured: string;
            /** Model */
            model: string;
            /** Needles */
            needles: components["schemas"]["Needle"][];
            /** Notes */
            notes: string[];
            /** Perplexity */
            perplexity: components["schemas"]["Perplexity"][];
        };
        /**
         * Measurements
         * @description The last measurement of every model, the latest first.
         */
        Measurements: {
            /** Measurements */
            measurements: components["schemas"]["Measurement"][];
        };
        /**
         * Message
         * @description One turn. `details` of an answer: its sources, citations and usage, as streamed; `stopped`
         *     when it was not written to its end, with the `error` if one ended it.
         */
        Message: {
            /**
             * Created
             * Format: date-time
             */
            created: string;
            /** Details */
            details: {
                [key: string]: unknown;
            };
            feedback: components["schemas"]["Feedback"] | null;
            /** Id */
            id: string;
            /**
             * Role
             * @enum {string}
             */
            role: "user" | "assistant";
            /** Text */
            text: string;
        };
        /**
         * Model
         * @description A model to choose from. Sizes in bytes; 0 is unknown.
         */
        Model: {
            /** About */
            about: string;
            /**
             * Base
             * @description The weights that a LoRA trains on.
             */
            base: string;
            /**
             * Base Here
             * @description Whether those are on this machine.
             */
            base_here: boolean;
            /**
             * Context Tokens
             * @description The most it was made for.
             */
            context_tokens: number;
            /**
             * Fits
             * @description Whether this machine has the memory.
             */
            fits: boolean | null;
            /**
             * Kind
             * @enum {string}
             */
            kind: "chat" | "embedding";
            /** License */
            license: string;
            /**
             * Memory
             * @description While it answers, at the configured context.
             */
            memory: number;
            /** Name */
            name: string;
            /**
             * Origin
             * @description catalogue, Ollama, LM Studio, Hugging Face, file or server.
             */
            origin: string;
            /** Path */
            path: string;
            /**
             * Problem
             * @description What is wrong with it, if anything.
             */
            problem: string;
            /** Recommended */
            recommended: boolean;
            /** Repository */
            repository: string;
            /** Size */
            size: number;
            /**
             * Size Is Estimate
             * @description Known exactly once it is pulled.
             */
            size_is_estimate: boolean;
            /**
             * State
             * @description available: it can be pulled, and is not on this machine.
             * @enum {string}
             */
            state: "available" | "downloading" | "installed" | "in use";
            /** Trainable */
            trainable: boolean;
        };
        /**
         * Models
         * @description `current` is how the model in use is: its name ("" where answers quote the notes without
         *     one), its state, its plan, or its problem with a hint.
         */
        Models: {
            /** Current */
            current: {
                [key: string]: unknown;
            };
            /** Models */
            models: components["schemas"]["Model"][];
        };
        /** NamedPictures */
        NamedPictures: {
            /**
             * Names
             * @description As the note writes them.
             */
            names: string[];
        };
        /**
         * Needle
         * @description One hidden sentence asked back.
         */
        Needle: {
            /** Answer */
            answer: string;
            /** Code */
            code: string;
            /** Context Tokens */
            context_tokens: number;
            /** Depth */
            depth: number;
            /** Found */
            found: boolean;
        };
        /** NewName */
        NewName: {
            /** Name */
            name: string;
        };
        /**
         * NewSearch
         * @description The body of `POST /searches`; without a name the search is called as it was typed.
         */
        NewSearch: {
            /**
             * Name
             * @default
             */
            name: string;
            /** Query */
            query: string;
        };
        /**
         * NewSource
         * @description The body of `POST /sources`. The kind is detected from the location.
         */
        NewSource: {
            /** Exclude */
            exclude?: string[];
            /** Include */
            include?: string[];
            /** Location */
            location: string;
            /** Name */
            name?: string | null;
        };
        /**
         * NewTitle
         * @description The body of `PATCH /conversations/{id}`.
         */
        NewTitle: {
            /** Title */
            title: string;
        };
        /**
         * Note
         * @description The same with its whole text.
         */
        Note: {
            /** Entries */
            entries: components["schemas"]["NoteEntry"][];
            /** Line Count */
            line_count: number;
            /**
             * Modified
             * Format: date-time
             */
            modified: string;
            /** Path */
            path: string;
            /** Source */
            source: string;
            /** Text */
            text: string;
            /** Title */
            title: string;
            /** Type */
            type: string;
            /** Uri */
            uri: string;
        };
        /** NoteEntry */
        NoteEntry: {
            /** End Line */
            end_line: number;
            /** Id */
            id: number;
            /** Line */
            line: number;
            /** Outline */
            outline: string[];
            /**
             * Page
             * @description Where there are pages, `line` counts from its top.
             */
            page: number | null;
            /**
             * Text Line
             * @description Where it begins in the whole text of the note.
             */
            text_line: number;
            /** Title */
            title: string;
        };
        /**
         * NoteMap
         * @description A point is an entry (`section`) or a whole note; its columns are as long as `ids`.
         *
         *     `state`: ready, making (the first one is being made: see `job`), or waiting (nothing is
         *     embedded yet). `stale`: notes have changed since, and `job` draws the picture anew.
         */
        NoteMap: {
            /**
             * Group
             * @description Of each point, its place in `groups`.
             */
            group: number[];
            /** Groups */
            groups: components["schemas"]["MapGroup"][];
            /**
             * Ids
             * @description Entry to open.
             */
            ids: number[];
            job: components["schemas"]["Job"] | null;
            /**
             * Kind
             * @enum {string}
             */
            kind: "section" | "note";
            /**
             * Path
             * @description Of each point, its place in `paths`.
             */
            path: number[];
            /**
             * Paths
             * @description Every path once.
             */
            paths: string[];
            /** Stale */
            stale: boolean;
            /**
             * State
             * @enum {string}
             */
            state: "ready" | "making" | "waiting";
            /** Titles */
            titles: string[];
            /** X */
            x: number[];
            /** Y */
            y: number[];
        };
        /**
         * NoteOutline
         * @description The file that an entry stands in, and its entries in reading order.
         */
        NoteOutline: {
            /** Entries */
            entries: components["schemas"]["NoteEntry"][];
            /**
             * Modified
             * Format: date-time
             */
            modified: string;
            /** Path */
            path: string;
            /** Source */
            source: string;
            /** Title */
            title: string;
            /** Type */
            type: string;
            /** Uri */
            uri: string;
        };
        /** NumberedHit */
        NumberedHit: {
            /** End Line */
            end_line: number;
            /** @description With explain=true. */
            explain?: components["schemas"]["Explain"] | null;
            /**
             * Highlights
             * @description [start, end) in the snippet.
             */
            highlights: [
                number,
                number
            ][];
            /** Id */
            id: number;
            /**
             * Line
             * @description Where the best passage begins.
             */
            line: number;
            /**
             * Modified
             * Format: date-time
             */
            modified: string;
            /**
             * N
             * @description The number that citations use, from 1.
             */
            n: number;
            /** Outline */
            outline: string[];
            /** Page */
            page: number | null;
            /**
             * Path
             * @description Absolute where there is a file to open.
             */
            path: string;
            /** Score */
            score: number;
            /** Snippet */
            snippet: string;
            /** Source */
            source: string;
            /** Tags */
            tags: string[];
            /**
             * Text
             * @description The whole entry, with full=true.
             */
            text?: string | null;
            /** Title */
            title: string;
            /** Type */
            type: string;
            /**
             * Uri
             * @description What a person can open: file://..., obsidian://...
             */
            uri: string;
        };
        /**
         * Perplexity
         * @description How surprised the model is by the text at one context length.
         */
        Perplexity: {
            /** Bytes */
            bytes: number;
            /** Context Tokens */
            context_tokens: number;
            /**
             * Per Byte
             * @description Lower is better; null: beyond all numbers.
             */
            per_byte: number | null;
            /** Per Token */
            per_token: number | null;
            /**
             * Tokens
             * @description Tokens that were scored.
             */
            tokens: number;
        };
        /**
         * Progress
         * @description How far a job is; `total` is 0 while it is not known yet.
         */
        Progress: {
            /** Detail */
            detail: string;
            /** Done */
            done: number;
            /** Stage */
            stage: string;
            /** Total */
            total: number;
        };
        /**
         * PullRequest
         * @description The body of `POST /models/{name}/pull`, if there is one.
         */
        PullRequest: {
            /**
             * For Training
             * @description Fetch the weights that a LoRA trains on instead.
             * @default false
             */
            for_training: boolean;
        };
        /**
         * Query
         * @description A question with its filters taken out of the text.
         */
        Query: {
            /** Dates */
            dates: components["schemas"]["DateRange"][];
            /** Exclude */
            exclude: string[];
            /** Exclude Paths */
            exclude_paths: string[];
            /** Exclude Tags */
            exclude_tags: string[];
            /** Include */
            include: string[];
            /** Limit */
            limit: number;
            /** Paths */
            paths: string[];
            /** Phrases */
            phrases: string[];
            /** Properties */
            properties: [
                string,
                string
            ][];
            /** Sources */
            sources: string[];
            /** Tags */
            tags: string[];
            /** Text */
            text: string;
            /** Todo */
            todo: string[];
            /** Types */
            types: string[];
        };
        /**
         * SavedSearch
         * @description A query as it was typed, filters included.
         */
        SavedSearch: {
            /**
             * Created
             * Format: date-time
             */
            created: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Query */
            query: string;
        };
        /** SavedSearches */
        SavedSearches: {
            /** Searches */
            searches: components["schemas"]["SavedSearch"][];
        };
        /** SearchAnswer */
        SearchAnswer: {
            /** Hits */
            hits: components["schemas"]["Hit"][];
            /**
             * Notice
             * @description What the search did beyond the question, for people.
             */
            notice: string;
            query: components["schemas"]["Query"];
            /** Took Ms */
            took_ms: number;
        };
        /**
         * SettingChanges
         * @description The body of `PATCH /settings`: key -> new value; null goes back to the default.
         */
        SettingChanges: {
            /** Values */
            values: {
                [key: string]: boolean | number | string | null;
            };
        };
        /**
         * SettingRow
         * @description One line of the table of settings.
         *
         *     `value` is what counts from the next start on; of a secret it is always null, and `set` says
         *     whether there is one. `fixed` says why it cannot be changed here, "" where it can.
         */
        SettingRow: {
            /** Choices */
            choices: string[];
            /** Default */
            default: boolean | number | string | null;
            /** Fixed */
            fixed: string;
            /** Help */
            help: string;
            /** Key */
            key: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "yes or no" | "whole number" | "number" | "text";
            /** Minimum */
            minimum: number | null;
            /** Secret */
            secret: boolean;
            /** Set */
            set: boolean;
            /** Value */
            value: boolean | number | string | null;
            /**
             * Waiting
             * @description Changed, and not in use before the daemon starts again.
             */
            waiting: boolean;
        };
        /** Settings */
        Settings: {
            /**
             * File
             * @description Where they are kept.
             */
            file: string;
            /** Settings */
            settings: components["schemas"]["SettingRow"][];
        };
        /**
         * Source
         * @description One thing the user added, and how it is: `state` is new, indexing, ready, offline, failed.
         */
        Source: {
            /** Entries */
            entries: number;
            /** Exclude */
            exclude: string[];
            /** Failed */
            failed: number;
            /** Files */
            files: number;
            /** Include */
            include: string[];
            /** Kind */
            kind: string;
            /** Last Indexed */
            last_indexed: string | null;
            /** Location */
            location: string;
            /** Message */
            message: string;
            /** Name */
            name: string;
            /** State */
            state: string;
        };
        /** Sources */
        Sources: {
            /** Sources */
            sources: components["schemas"]["Source"][];
        };
        /** SourcesEvent */
        SourcesEvent: {
            /**
             * Event
             * @constant
             */
            event: "sources";
            /** Sources */
            sources: components["schemas"]["NumberedHit"][];
        };
        /**
         * Status
         * @description How the index is. `pending` entries are findable by their words alone for now.
         */
        Status: {
            /**
             * Chat
             * @description The chat model in use: name, state, plan, or problem and hint.
             */
            chat: {
                [key: string]: unknown;
            };
            /** Chunks */
            chunks: number;
            /**
             * Embedded
             * @description Entries findable by their meaning.
             */
            embedded: number;
            /** Entries */
            entries: number;
            /** Failed */
            failed: number;
            /** Files */
            files: number;
            index: components["schemas"]["IndexState"];
            /** Memory Mb */
            memory_mb: number;
            /**
             * Message
             * @description What is wrong with the index as a whole, if anything.
             */
            message: string;
            /** Model */
            model: {
                [key: string]: unknown;
            };
            /**
             * Nightly
             * @description One line on the last and the next training, if there is any.
             */
            nightly: string;
            /** Pending */
            pending: number;
            /** Ready */
            ready: boolean;
            /** Sources */
            sources: components["schemas"]["Source"][];
            /** Uptime S */
            uptime_s: number;
            /** Version */
            version: string;
            watcher: components["schemas"]["Watcher"];
        };
        /** StatusEvent */
        StatusEvent: {
            /**
             * Done
             * @description Of `total` parts, when there are parts.
             */
            done?: number | null;
            /**
             * Event
             * @constant
             */
            event: "status";
            /** Text */
            text: string;
            /** Total */
            total?: number | null;
        };
        /** Suggestion */
        Suggestion: {
            /** Count */
            count: number;
            /** Value */
            value: string;
        };
        /** Suggestions */
        Suggestions: {
            /** Values */
            values: components["schemas"]["Suggestion"][];
        };
        /** TokenEvent */
        TokenEvent: {
            /**
             * Event
             * @constant
             */
            event: "token";
            /** Text */
            text: string;
        };
        /**
         * TrainReadiness
         * @description Whether a training could begin. A problem with the code `busy` is one that runs already.
         */
        TrainReadiness: {
            problem: components["schemas"]["ErrorBody"] | null;
        };
        /**
         * TrainRequest
         * @description The body of `POST /train`, if there is one.
         */
        TrainRequest: {
            /**
             * Dry Run
             * @description Only show what would be learned, and what is left out and why. The job's result: `rows`, `counts`, `notes`, `shares`, `masked`, `left_out`, `samples`, `seed`.
             * @default false
             */
            dry_run: boolean;
            /**
             * Now
             * @description Even on battery, and while the machine is at work.
             * @default false
             */
            now: boolean;
        };
        /**
         * TrainRun
         * @description One training. Times in seconds since the epoch.
         */
        TrainRun: {
            /**
             * Adapter Hash
             * @description Empty before there is one.
             */
            adapter_hash: string;
            /** Base */
            base: string;
            /** Base Hash */
            base_hash: string;
            /**
             * Counts
             * @description Rows by part and kind.
             */
            counts: {
                [key: string]: {
                    [key: string]: number;
                };
            };
            /** Created */
            created: number;
            /**
             * Error
             * @description Why it did not end. Codes of its own: `cancelled`, `time_up`, `paused` (it goes on as soon as it may) and `interrupted` (khoj-lite ended in the midst of it).
             */
            error: {
                [key: string]: string;
            } | null;
            /**
             * Failures
             * @description How often it failed, or khoj-lite died with it; twice it is taken up again.
             */
            failures: number;
            /** Finished */
            finished: number | null;
            /**
             * Forgotten
             * @description When its rows were removed, because a note in them is gone.
             */
            forgotten: number | null;
            /**
             * Gate
             * @description How it was judged, as served: `promote`, `perplexity` of the user's own held-out text, and the findings against no adapter and the one in use.
             */
            gate: {
                [key: string]: unknown;
            };
            /** Id */
            id: string;
            /** Model */
            model: string;
            /**
             * Model Hash
             * @description sha256 of the model's file, like the following of theirs.
             */
            model_hash: string;
            /** Notes */
            notes: number;
            /** Notices */
            notices: string[];
            /** Rows Hash */
            rows_hash: string;
            /** Seed */
            seed: number;
            /**
             * Settings
             * @description Name, value and origin of each.
             */
            settings: {
                [key: string]: unknown;
            }[];
            /**
             * Stage
             * @description What is being done; empty once it has ended.
             */
            stage: string;
            /**
             * State
             * @description An interrupted or cancelled one goes on with the next, if no note has changed.
             * @enum {string}
             */
            state: "running" | "interrupted" | "cancelled" | "failed" | "promoted" | "rejected";
        };
        /**
         * TrainRunDetail
         * @description One training with its learning curves.
         */
        TrainRunDetail: {
            /**
             * Adapter Hash
             * @description Empty before there is one.
             */
            adapter_hash: string;
            /** Base */
            base: string;
            /** Base Hash */
            base_hash: string;
            /**
             * Counts
             * @description Rows by part and kind.
             */
            counts: {
                [key: string]: {
                    [key: string]: number;
                };
            };
            /** Created */
            created: number;
            /**
             * Curves
             * @description `train`, `train_smooth` and `validation`: [step, loss]; `verdict`: in words.
             */
            curves: {
                [key: string]: unknown;
            };
            /**
             * Error
             * @description Why it did not end. Codes of its own: `cancelled`, `time_up`, `paused` (it goes on as soon as it may) and `interrupted` (khoj-lite ended in the midst of it).
             */
            error: {
                [key: string]: string;
            } | null;
            /**
             * Failures
             * @description How often it failed, or khoj-lite died with it; twice it is taken up again.
             */
            failures: number;
            /**
             * Files
             * @description Where its `report` (HTML) and `curves` (PNG) lie, where they do.
             */
            files: {
                [key: string]: string;
            };
            /** Finished */
            finished: number | null;
            /**
             * Forgotten
             * @description When its rows were removed, because a note in them is gone.
             */
            forgotten: number | null;
            /**
             * Gate
             * @description How it was judged, as served: `promote`, `perplexity` of the user's own held-out text, and the findings against no adapter and the one in use.
             */
            gate: {
                [key: string]: unknown;
            };
            /** Id */
            id: string;
            /** Model */
            model: string;
            /**
             * Model Hash
             * @description sha256 of the model's file, like the following of theirs.
             */
            model_hash: string;
            /** Notes */
            notes: number;
            /** Notices */
            notices: string[];
            /** Rows Hash */
            rows_hash: string;
            /** Seed */
            seed: number;
            /**
             * Settings
             * @description Name, value and origin of each.
             */
            settings: {
                [key: string]: unknown;
            }[];
            /**
             * Stage
             * @description What is being done; empty once it has ended.
             */
            stage: string;
            /**
             * State
             * @description An interrupted or cancelled one goes on with the next, if no note has changed.
             * @enum {string}
             */
            state: "running" | "interrupted" | "cancelled" | "failed" | "promoted" | "rejected";
        };
        /** TrainRuns */
        TrainRuns: {
            /** Runs */
            runs: components["schemas"]["TrainRun"][];
        };
        /**
         * TrainStopped
         * @description `stopped`: whether there was a training to stop.
         */
        TrainStopped: {
            /** Stopped */
            stopped: boolean;
        };
        /** Usage */
        Usage: {
            /**
             * Answer Tokens
             * @description Kept free for the answer.
             */
            answer_tokens?: number | null;
            /** Completion Tokens */
            completion_tokens: number;
            /** Context Tokens */
            context_tokens: number;
            /**
             * Finish
             * @description length: the answer was cut where its room ended.
             */
            finish?: ("stop" | "length" | "cancelled") | null;
            /**
             * Passages Dropped
             * @description Found, but without room in the context.
             */
            passages_dropped: number;
            /** Passages Tokens */
            passages_tokens?: number | null;
            /** Passages Used */
            passages_used: number;
            /** Prompt Tokens */
            prompt_tokens: number;
            /** Question Tokens */
            question_tokens?: number | null;
            /**
             * Reused Tokens
             * @description Of the prompt, not read again.
             */
            reused_tokens?: number | null;
            /** System Tokens */
            system_tokens?: number | null;
            /** Turns Dropped */
            turns_dropped?: number | null;
            /** Turns Tokens */
            turns_tokens?: number | null;
            /** Turns Used */
            turns_used?: number | null;
        };
        /**
         * Watcher
         * @description Whether changes are noticed: `heartbeat` is when the watcher last heard its own test.
         */
        Watcher: {
            /** Alive */
            alive: boolean;
            /** Heartbeat */
            heartbeat: string | null;
            /** Message */
            message: string;
            /**
             * Watching
             * @description Folders watched.
             */
            watching: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    adapters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Adapters"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    forget: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    import_adapter: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdapterFile"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportedAdapter"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    use_no_adapter: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Adapters"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    roll_back_adapter: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Adapters"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    use_adapters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdapterChoice"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Adapters"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    adapter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                adapter_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdapterDetail"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    remove_adapter: {
        parameters: {
            query?: {
                /** @description Even if answers are given with it. */
                in_use?: boolean;
            };
            header?: never;
            path: {
                adapter_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Adapters"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    export_adapter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                adapter_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdapterFile"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdapterFile"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    use_adapter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                adapter_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Adapters"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    chat: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChatRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["ChatEvent"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    clip: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Clip"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Clipped"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    conversations: {
        parameters: {
            query?: {
                /** @description Words of a title or message. */
                q?: string;
                limit?: number;
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversations"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    conversation: {
        parameters: {
            query?: {
                /** @description Messages that others replaced. */
                replaced?: boolean;
            };
            header?: never;
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    delete_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    rename_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTitle"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationSummary"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    conversation_adapters: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationAdapters"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    use_adapters_in: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConversationAdapters"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationAdapters"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    export_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conversation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/markdown": string;
                    "text/plain": string;
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    doctor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checks"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    entry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                entry_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Entry"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    entry_image: {
        parameters: {
            query?: {
                /** @description Most pixels both ways. */
                size?: number;
                /** @description A picture that the note shows. */
                name?: string;
            };
            header?: never;
            path: {
                entry_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                    "image/png": string;
                };
            };
            /** @description It is still the one that `If-None-Match` names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    entry_pictures: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                entry_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NamedPictures"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KnownPictures"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    events: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["Change"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    files: {
        parameters: {
            query?: {
                /** @description Only files in this state. */
                state?: string | null;
                /** @description Part of the path. */
                q?: string;
                /** @description Only files of this source. */
                source?: string | null;
                /** @description By path, failed ones first; or the latest first. */
                order?: "path" | "modified";
                limit?: number;
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Files"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    list_grants: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantList"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    allow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GrantRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    own_grant: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Grant"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    claim_grant: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Claim"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Claimed"];
                };
            };
            /** @description The user has not allowed it yet. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    revoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                grant_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    index: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["IndexRequest"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    jobs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Jobs"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    cancel_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    get_map: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NoteMap"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    delete_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    feedback: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Feedback"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    all_models: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Models"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    measurements: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Measurements"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    measure_model: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["MeasureRequest"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    use_no_model: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Models"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    remove_model: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description As `GET /models` lists it, `server:NAME`, or the path of a GGUF file. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Models"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    pull_model: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description As `GET /models` lists it, `server:NAME`, or the path of a GGUF file. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PullRequest"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    use_model: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description As `GET /models` lists it, `server:NAME`, or the path of a GGUF file. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Models"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    note: {
        parameters: {
            query?: {
                /** @description The id of any entry of the note. */
                id?: number | null;
                /** @description Or the path of the note. */
                path?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Note"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    search: {
        parameters: {
            query?: {
                /** @description Words and filters. */
                q?: string;
                /** @description Hits wanted. */
                n?: number;
                mode?: "hybrid" | "semantic" | "lexical";
                /** @description With the whole text of each entry. */
                full?: boolean;
                /** @description With what each side contributed. */
                explain?: boolean;
                /** @description The last word is still being typed. */
                prefix?: boolean;
                /** @description Hits left out at the beginning. */
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchAnswer"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    saved_searches: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedSearches"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    save_search: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSearch"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedSearch"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    delete_search: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                search_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    rename_search: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                search_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewName"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedSearch"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    all_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    change_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettingChanges"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    similar: {
        parameters: {
            query?: {
                /** @description The entry meant. */
                id?: number | null;
                /** @description Or a note's path. */
                path?: string | null;
                /** @description A line of the entry meant (of its first page). */
                line?: number | null;
                /** @description Hits wanted. */
                n?: number;
                /** @description With the whole text of each entry. */
                full?: boolean;
                /** @description With what each side contributed. */
                explain?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchAnswer"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    sources: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sources"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    add_source: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSource"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedSource"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    remove_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    suggest: {
        parameters: {
            query: {
                /** @description tag, type, source, file, todo or prop. */
                field: string;
                /** @description What the value begins with. */
                prefix?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Suggestions"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    may_train: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrainReadiness"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    train: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["TrainRequest"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    train_runs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrainRuns"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    train_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrainRunDetail"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    train_curves: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The learning curves. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": unknown;
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    train_report: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    stop_training: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrainStopped"];
                };
            };
            /** @description What went wrong, and the way out. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
}
