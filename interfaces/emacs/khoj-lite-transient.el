;;; khoj-lite-transient.el --- The menu  -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The khoj_lite maintainers
;; SPDX-License-Identifier: AGPL-3.0-or-later

;;; Commentary:

;; Everything in one menu, with what Emacs 28.1 knows of Transient.

;;; Code:

(require 'khoj-lite)
(require 'transient)

(defun khoj-lite-transient--region-p ()
  "Return non-nil when text is marked."
  (use-region-p))

(defun khoj-lite-transient--note-p ()
  "Return non-nil in the buffer of a local file."
  (and buffer-file-name (not (file-remote-p buffer-file-name))))

(defun khoj-lite-transient--writable-p ()
  "Return non-nil where text can be inserted."
  (not buffer-read-only))

;;;###autoload (autoload 'khoj-lite-menu "khoj-lite-transient" nil t)
(transient-define-prefix khoj-lite-menu ()
  "Search, explore and ask your notes."
  [["Find"
    ("s" "Search" khoj-lite-search)
    ("l" "Search, list in a buffer" khoj-lite-search-list)
    ("f" "Similar to this entry" khoj-lite-similar :if khoj-lite-transient--note-p)
    ("F" "Similar, beside the note" khoj-lite-similar-mode)]
   ["Ask"
    ("c" "Chat" khoj-lite-chat)
    ("r" "About the marked text" khoj-lite-ask-region :if khoj-lite-transient--region-p)
    ("h" "History" khoj-lite-chat-history)
    ("i" "Insert the last answer" khoj-lite-insert-answer
     :if khoj-lite-transient--writable-p)
    ("n" "Insert a citation" khoj-lite-insert-citation
     :if khoj-lite-transient--writable-p)]
   ["Look after"
    ("x" "Index now" khoj-lite-index)
    ("S" "Sources" khoj-lite-sources)
    ("a" "Add a source" khoj-lite-add-source)
    ("m" "Models" khoj-lite-models)
    ("t" "Train" khoj-lite-train)
    ("D" "Start the daemon" khoj-lite-start)]])

(provide 'khoj-lite-transient)
;;; khoj-lite-transient.el ends here
