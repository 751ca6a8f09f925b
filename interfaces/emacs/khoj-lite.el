;;; khoj-lite.el --- Search, explore and ask your own notes  -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The khoj_lite maintainers

;; Author: The khoj_lite maintainers
;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1"))
;; Keywords: convenience, hypermedia, matching, outlines
;; URL: https://github.com/khoj-lite/khoj-lite
;; SPDX-License-Identifier: AGPL-3.0-or-later

;; This program is free software: you can redistribute it and/or modify
;; it under the terms of the GNU Affero General Public License as
;; published by the Free Software Foundation, either version 3 of the
;; License, or (at your option) any later version.

;; This program is distributed in the hope that it will be useful, but
;; WITHOUT ANY WARRANTY; without even the implied warranty of
;; MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the GNU
;; Affero General Public License for more details.

;; You should have received a copy of the GNU Affero General Public
;; License along with this program.  If not, see
;; <https://www.gnu.org/licenses/>.

;;; Commentary:

;; khoj_lite finds and asks everything you wrote down, on your own
;; machine.  This is its client for Emacs.
;;
;; Setting up
;; ==========
;;
;; The command line of khoj_lite puts these files in place and prints the
;; two lines for your init file.  Loading them does nothing:
;; the daemon is looked for when a command needs it.  If it is not
;; running, you are asked whether to start it.
;;
;; Commands
;; ========
;;
;; `khoj-lite-menu'          everything below, in one menu; also
;;                           `M-x khoj', where that name is free
;; `khoj-lite-search'        search as you type, jump to the place
;; `khoj-lite-search-list'   the same into a buffer, in Org
;; `khoj-lite-similar'       entries like the one at point
;; `khoj-lite-similar-mode'  the same in a side window, as you move
;; `khoj-lite-chat'          ask; the answer streams into an Org buffer
;; `khoj-lite-chat-history'  go on with an earlier conversation
;; `khoj-lite-ask-region'    ask about the marked text
;; `khoj-lite-insert-answer', `khoj-lite-insert-citation'
;;                           put what was answered into your note
;; `khoj-lite-index', `khoj-lite-sources', `khoj-lite-add-source',
;; `khoj-lite-models', `khoj-lite-train', `khoj-lite-start'
;;                           look after the daemon
;;
;; In the minibuffer of a search any completion interface works that
;; refreshes by itself (Icomplete, Fido, Vertico).  Without one, Icomplete
;; is used for that minibuffer alone.  Candidates have the category
;; `khoj-lite-hit', and `khoj-lite-embark-map' holds what can be done
;; with one.
;;
;; Privacy
;; =======
;;
;; The client reads the daemon's address and token from the data folder
;; of this machine and talks to that address only.  Remote (TRAMP) files
;; are left alone.

;;; Code:

(defconst khoj-lite-version "0.1.0"
  "Version of this client, the same as that of the daemon it is made for.")

(defgroup khoj-lite nil
  "Search, explore and ask your own notes."
  :group 'convenience
  :prefix "khoj-lite-")

(defcustom khoj-lite-home nil
  "Data folder of khoj_lite.
When nil, it is the value of the variable KHOJ_LITE_HOME in the
environment, else the platform's folder for the data of programs."
  :type '(choice (const :tag "Find it" nil) directory))

(defcustom khoj-lite-program nil
  "How to run khoj_lite: a program, or a list of it and its arguments.
When nil, it is what the installation of these files noted down,
else the program khoj-lite on the variable `exec-path'."
  :type '(choice (const :tag "Find it" nil) file (repeat string)))

(defcustom khoj-lite-start 'ask
  "Whether to start the daemon when a command needs it and it is not running."
  :type '(choice (const :tag "Ask first" ask)
                 (const :tag "Start it" t)
                 (const :tag "Never" nil)))

(defcustom khoj-lite-timeout 20
  "Seconds to wait until the daemon begins to answer.
Emacs goes on working in the meantime."
  :type 'number)

(defcustom khoj-lite-results 30
  "How many hits a search asks for, at most 200."
  :type 'integer)

(defcustom khoj-lite-search-delay 0.04
  "Seconds without a key before a search as you type is sent."
  :type 'number)

(defcustom khoj-lite-preview t
  "Whether a search shows the chosen hit in another window."
  :type 'boolean)

(defcustom khoj-lite-similar-delay 0.6
  "Seconds without a key before `khoj-lite-similar-mode' follows point."
  :type 'number)

(defcustom khoj-lite-chat-passages nil
  "How many passages an answer may draw on; nil leaves it to the daemon."
  :type '(choice (const :tag "The daemon knows" nil) integer))

;; Who installs with package.el gets these from the cookies.  Here they
;; serve `(require 'khoj-lite)'.
(autoload 'khoj-lite-menu "khoj-lite-transient" nil t)
(autoload 'khoj-lite-search "khoj-lite-search" nil t)
(autoload 'khoj-lite-search-list "khoj-lite-list" nil t)
(autoload 'khoj-lite-similar "khoj-lite-similar" nil t)
(autoload 'khoj-lite-similar-mode "khoj-lite-similar" nil t)
(autoload 'khoj-lite-chat "khoj-lite-chat" nil t)
(autoload 'khoj-lite-chat-history "khoj-lite-chat" nil t)
(autoload 'khoj-lite-ask-region "khoj-lite-chat" nil t)
(autoload 'khoj-lite-insert-answer "khoj-lite-chat" nil t)
(autoload 'khoj-lite-insert-citation "khoj-lite-chat" nil t)
(autoload 'khoj-lite-index "khoj-lite-manage" nil t)
(autoload 'khoj-lite-sources "khoj-lite-manage" nil t)
(autoload 'khoj-lite-add-source "khoj-lite-manage" nil t)
(autoload 'khoj-lite-models "khoj-lite-manage" nil t)
(autoload 'khoj-lite-train "khoj-lite-train" nil t)
(autoload 'khoj-lite-start "khoj-lite-daemon" nil t)

;;;###autoload
(defun khoj-lite-khoj ()
  "Open the menu, or Khoj's own where its package is installed after all."
  (interactive)
  (if (not (and (eq (symbol-function 'khoj) #'khoj-lite-khoj)
                (locate-library "khoj")))
      (khoj-lite-menu)
    (fmakunbound 'khoj)
    (load "khoj" nil t)
    (call-interactively 'khoj)))

;;;###autoload
(unless (or (fboundp 'khoj) (locate-library "khoj"))
  (fset 'khoj #'khoj-lite-khoj))

(provide 'khoj-lite)
;;; khoj-lite.el ends here
