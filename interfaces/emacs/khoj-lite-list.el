;;; khoj-lite-list.el --- All hits of a question in an Org buffer  -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The khoj_lite maintainers
;; SPDX-License-Identifier: AGPL-3.0-or-later

;;; Commentary:

;; Each hit is a heading with a link to its place.  An Org entry is shown
;; as it is, its own headings moved down to fit; any other note is shown
;; in an example block.

;;; Code:

(require 'khoj-lite-answer)
(require 'khoj-lite-hit)
(require 'org)

(defvar khoj-lite-search-history)

(defconst khoj-lite-list--longest 4000
  "Characters of an entry that are shown.")

(defvar-local khoj-lite-list--question nil "The question of this list.")

(defvar khoj-lite-list-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "RET") #'khoj-lite-list-open)
    (define-key map (kbd "o") #'khoj-lite-list-open-other)
    (define-key map (kbd "n") #'org-next-visible-heading)
    (define-key map (kbd "p") #'org-previous-visible-heading)
    (define-key map (kbd "g") #'khoj-lite-list-again)
    (define-key map (kbd "q") #'quit-window)
    (define-key map (kbd "C-c C-c") #'khoj-lite-list-open)
    map)
  "Keys in a list of hits.")

(define-derived-mode khoj-lite-list-mode org-mode "Khoj-Hits"
  "Hits of a search, in Org.

\\{khoj-lite-list-mode-map}"
  (setq buffer-read-only t))

;;;###autoload
(defun khoj-lite-search-list (question)
  "Show all hits for QUESTION in a buffer."
  (interactive (list (read-string "List notes about: " nil 'khoj-lite-search-history)))
  (khoj-lite-answer-send
   "GET" (concat "/search?" (url-build-query-string
                             `(("q" ,question) ("n" ,khoj-lite-results) ("full" "true"))))
   nil
   (lambda (answer)
     (khoj-lite-list--show question (alist-get 'hits answer) (alist-get 'notice answer)))))

(defun khoj-lite-list--show (question hits notice)
  "Show HITS for QUESTION, and NOTICE above them."
  (let ((buffer (get-buffer-create "*khoj-lite hits*")))
    (with-current-buffer buffer
      (let ((inhibit-read-only t))
        (erase-buffer)
        (khoj-lite-list-mode)
        (setq khoj-lite-list--question question)
        (insert (if hits "" "Nothing was found.\n"))
        (unless (string-empty-p (or notice ""))
          (insert notice "\n"))
        (dolist (hit hits)
          (khoj-lite-list--insert hit))
        (goto-char (point-min))
        (setq header-line-format
              (substitute-command-keys
               (format " %d hits for %s   \\<khoj-lite-list-mode-map>\\[khoj-lite-list-open] \
goes there  \\[khoj-lite-list-again] again" (length hits) (string-replace "%" "%%" question))))))
    (pop-to-buffer buffer)))

(defun khoj-lite-list--insert (hit)
  "Insert HIT as a heading and its text."
  (let ((start (point)) (text (or (alist-get 'text hit) "")))
    (insert "* " (khoj-lite-open-heading hit) "  "
            (propertize (replace-regexp-in-string
                         "[][]" "" (format "(%s:%s)" (khoj-lite-hit-file hit)
                                           (alist-get 'line hit)))
                        'face 'khoj-lite-outline)
            "\n")
    (insert (khoj-lite-list-body
             (if (> (length text) khoj-lite-list--longest)
                 (concat (substring text 0 khoj-lite-list--longest) "…")
               text)
             (alist-get 'type hit))
            "\n")
    (put-text-property start (point) 'khoj-lite-hit hit)))

(defun khoj-lite-list-body (text type)
  "Return TEXT of a note of TYPE as it may stand below a heading."
  (if (equal type "org")
      ;; The heading of the entry itself is already there.
      (replace-regexp-in-string
       "^\\*" "**" (string-trim-left text "\\(?:\\*+ .*\n\\)?\n*") t t)
    (concat "#+begin_example\n"
            (mapconcat (lambda (line)
                         (if (string-match-p "\\`[ \t]*,*\\(?:\\*\\|#\\+\\)" line)
                             (concat "," line)
                           line))
                       (split-string (string-trim text "\n+" "[\n\t ]+") "\n") "\n")
            "\n#+end_example\n")))

(defun khoj-lite-list--hit ()
  "Return the hit at point, or signal a `user-error'."
  (or (get-text-property (point) 'khoj-lite-hit)
      (user-error "There is no hit here")))

(defun khoj-lite-list-open ()
  "Go to the place of the hit at point."
  (interactive)
  (khoj-lite-open-hit (khoj-lite-list--hit)))

(defun khoj-lite-list-open-other ()
  "Go to the place of the hit at point in another window."
  (interactive)
  (khoj-lite-open-hit (khoj-lite-list--hit) t))

(defun khoj-lite-list-again ()
  "Search for the question of this list again."
  (interactive)
  (khoj-lite-search-list khoj-lite-list--question))

(provide 'khoj-lite-list)
;;; khoj-lite-list.el ends here
