;;; khoj-lite-org.el --- Answers in Markdown as Org text  -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The khoj_lite maintainers
;; SPDX-License-Identifier: AGPL-3.0-or-later

;;; Commentary:

;; Answers come as Markdown, piece by piece.  They are turned into Org
;; line by line, so that a line that is still growing can be shown too.
;; An answer quotes notes, and notes are not to be trusted: nothing in
;; it may become a heading, a keyword or a link that runs something.

;;; Code:

(require 'khoj-lite-open)

(defconst khoj-lite-org--guard "\u200b"
  "Zero-width space: keeps text from being taken for markup.")

(cl-defstruct (khoj-lite-org-state (:constructor khoj-lite-org-state) (:copier nil))
  "What the lines so far have opened: `block' is nil, quote or code.
`blank' counts the blank lines after a quotation, which belong to it
only if it goes on."
  (block nil) (blank 0))

(defun khoj-lite-org-line (state line cite &optional peek)
  "Return Org lines for LINE of Markdown that comes after those of STATE.
CITE is called with the number of a citation and returns a link, or
nil.  STATE goes on by this line unless PEEK is non-nil."
  (let* ((was (khoj-lite-org-state-block state))
         (fence (string-match "\\`[ \t]*\\(?:```\\|~~~\\)[ \t]*\\([[:alnum:]_+#-]*\\)" line))
         (language (and fence (match-string 1 line)))
         (quoted (and (not (eq was 'code)) (string-match "\\`[ \t]*> ?\\(.*\\)\\'" line)))
         (inner (and quoted (match-string 1 line)))
         (now (cond ((eq was 'code) (if fence nil 'code))
                    (fence 'code)
                    (quoted 'quote)
                    ((and (eq was 'quote) (string-blank-p line)) 'quote)))
         (text (cond ((and fence (eq was 'code)) "#+end_src")
                     (fence (concat "#+begin_src " (if (string-empty-p language) "text" language)))
                     ((eq now 'code) (khoj-lite-org--code line))
                     (t (khoj-lite-org--prose (or inner line) cite)))))
    (let* ((waits (and (eq was 'quote) (eq now 'quote) (not quoted)))
           (blanks (make-string (khoj-lite-org-state-blank state) ?\n)))
      (unless peek
        (setf (khoj-lite-org-state-block state) now
              (khoj-lite-org-state-blank state)
              (if waits (1+ (khoj-lite-org-state-blank state)) 0)))
      (if waits
          ""
        (concat (and (eq was 'quote) (not (eq now 'quote)) "#+end_quote\n")
                blanks
                (and (eq now 'quote) (not (eq was 'quote)) "#+begin_quote\n")
                text "\n")))))

(defun khoj-lite-org-end (state)
  "Return what closes the block that STATE has open."
  (prog1 (pcase (khoj-lite-org-state-block state)
           ('quote "#+end_quote\n")
           ('code "#+end_src\n")
           (_ ""))
    (setf (khoj-lite-org-state-block state) nil
          (khoj-lite-org-state-blank state) 0)))

(defun khoj-lite-org-text (markdown cite)
  "Return all of MARKDOWN as Org text; CITE is as in `khoj-lite-org-line'."
  (let ((state (khoj-lite-org-state)))
    (concat (mapconcat (lambda (line) (khoj-lite-org-line state line cite))
                       (split-string (string-trim-right markdown) "\n") "")
            (khoj-lite-org-end state))))

(defun khoj-lite-org--code (line)
  "Return LINE as it may stand in a source block."
  (if (string-match-p "\\`[ \t]*,*\\(?:\\*\\|#\\+\\)" line)
      (replace-regexp-in-string "\\`\\([ \t]*\\)" "\\1," line)
    line))

(defun khoj-lite-org--prose (line cite)
  "Return a LINE of running text as Org; CITE is as in `khoj-lite-org-line'."
  (let ((text (khoj-lite-org--harmless line)))
    (setq text (cond ((string-match "\\`#+[ \t]+\\(.*?\\)[ \t#]*\\'" text)
                      (format "*%s*" (string-replace "*" "" (match-string 1 text))))
                     ((string-match "\\`\\([ \t]*\\)[*+][ \t]+" text)
                      (concat (match-string 1 text) "- "
                              (khoj-lite-org--inline (substring text (match-end 0)))))
                     (t (khoj-lite-org--inline text))))
    (setq text (replace-regexp-in-string
                "\\[\\([0-9]+\\)\\]"
                (lambda (found)
                  (or (funcall cite (string-to-number (substring found 1 -1))) found))
                text t t))
    (if (string-match-p "\\`\\*+ " text) (concat khoj-lite-org--guard text) text)))

(defun khoj-lite-org--harmless (line)
  "Return LINE with what Org would act upon taken apart."
  (let ((text (replace-regexp-in-string "\\[\\[" (concat "[" khoj-lite-org--guard "[") line t t)))
    (setq text (replace-regexp-in-string "\\_<\\(elisp\\|shell\\):"
                                         (concat "\\1" khoj-lite-org--guard ":") text))
    (if (string-match-p "\\`[ \t]*\\(?:#\\+\\|:[[:alnum:]_-]+:[ \t]*\\'\\)" text)
        (concat khoj-lite-org--guard text)
      text)))

(defun khoj-lite-org--inline (text)
  "Return TEXT, its Markdown for stress, code and links turned into Org."
  (let ((parts nil) (start 0))
    (while (string-match "`\\([^`]+\\)`\\|\\[\\([^][]+\\)\\](\\(https?://[^() ]+\\))" text start)
      (push (khoj-lite-org--stress (substring text start (match-beginning 0))) parts)
      (push (if (match-string 1 text)
                (concat "~" (match-string 1 text) "~")
              (format "[[%s][%s]]" (khoj-lite-open-escape (match-string 3 text))
                      (match-string 2 text)))
            parts)
      (setq start (match-end 0)))
    (push (khoj-lite-org--stress (substring text start)) parts)
    (apply #'concat (nreverse parts))))

(defun khoj-lite-org--stress (text)
  "Return TEXT, its Markdown for stress turned into Org."
  ;; Slashes first, so that the stars of bold text are not taken for them.
  (let ((case-fold-search nil))
    (replace-regexp-in-string
     "\\*\\*\\([^*\n]+\\)\\*\\*" "*\\1*"
     (replace-regexp-in-string
      "\\(\\`\\|[^*[:alnum:]]\\)\\*\\([^* \t][^*\n]*\\)\\*\\(\\'\\|[^*[:alnum:]]\\)"
      "\\1/\\2/\\3" text))))

(provide 'khoj-lite-org)
;;; khoj-lite-org.el ends here
