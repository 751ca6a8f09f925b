;;; khoj-lite-hit.el --- Hits as completion candidates  -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The khoj_lite maintainers
;; SPDX-License-Identifier: AGPL-3.0-or-later

;;; Commentary:

;; What a completion interface shows of a hit: its heading, then where
;; in the outline it stands and the passage that was found, grouped by
;; file.  A candidate is the heading and one invisible character, by
;; which two hits of the same name differ; it carries its hit as a text
;; property.  Order is the daemon's.  Filtering is the daemon's too: the
;; completion style here lets every candidate through.

;;; Code:

(require 'khoj-lite-open)

(defface khoj-lite-outline '((t :inherit shadow))
  "Face for where in a note a hit stands."
  :group 'khoj-lite)

(defface khoj-lite-match '((t :inherit completions-common-part))
  "Face for the words of a snippet that were searched for."
  :group 'khoj-lite)

(defconst khoj-lite-hit--first #xF0000
  "First of the private-use characters that tell candidates apart.")

(defconst khoj-lite-hit--heading-width 44
  "Columns that a heading may take.")

(defvar khoj-lite-hit--known nil
  "Candidates of the last answer, with their hits, for those that lose properties.")

(defun khoj-lite-hit-candidates (hits)
  "Return the candidates of HITS, in the same order."
  (setq khoj-lite-hit--known (make-hash-table :test #'equal))
  (seq-map-indexed
   (lambda (hit index)
     (let ((candidate
            (concat (khoj-lite-hit--fit (khoj-lite-open-heading hit)
                                        khoj-lite-hit--heading-width)
                    (propertize (string (+ khoj-lite-hit--first index)) 'invisible t))))
       (puthash (substring-no-properties candidate) hit khoj-lite-hit--known)
       (propertize candidate 'khoj-lite-hit hit)))
   hits))

(defun khoj-lite-hit--fit (text width)
  "Return TEXT, cut with an ellipsis if it is wider than WIDTH columns."
  (if (<= (string-width text) width)
      text
    (truncate-string-to-width text width nil nil t)))

(defun khoj-lite-hit-of (candidate)
  "Return the hit of CANDIDATE, or nil."
  (and candidate
       (not (string-empty-p candidate))
       (or (get-text-property 0 'khoj-lite-hit candidate)
           (and khoj-lite-hit--known
                (gethash (substring-no-properties candidate) khoj-lite-hit--known)))))

(defun khoj-lite-hit-table (candidates)
  "Return a completion table of the value of the function CANDIDATES."
  (lambda (string _predicate action)
    (let ((all (funcall candidates)))
      (cond ((eq action 'metadata)
             '(metadata (category . khoj-lite-hit)
                        (display-sort-function . identity)
                        (cycle-sort-function . identity)
                        (group-function . khoj-lite-hit-group)
                        (affixation-function . khoj-lite-hit-affixate)))
            ((eq (car-safe action) 'boundaries) nil)
            ((eq action 'lambda) (and (member string all) t))
            ((eq action t) (copy-sequence all))
            ((member string all) t)
            (t string)))))

(defun khoj-lite-hit--try (string _table _predicate point)
  "Leave STRING and POINT as they are: what is typed is a question."
  (cons string point))

(defun khoj-lite-hit--all (string table predicate _point)
  "Return everything in TABLE with PREDICATE for STRING."
  (all-completions string table predicate))

(defmacro khoj-lite-hit-with-style (&rest body)
  "Run BODY; completion in it takes hits as they are."
  (declare (indent 0) (debug t))
  `(let ((completion-styles-alist
          (cons '(khoj-lite khoj-lite-hit--try khoj-lite-hit--all "Hits as they came.")
                completion-styles-alist))
         (completion-category-overrides
          (cons '(khoj-lite-hit (styles khoj-lite)) completion-category-overrides))
         (completions-group t))
     ,@body))

(defun khoj-lite-hit-group (candidate transform)
  "Return the file of CANDIDATE, or with TRANSFORM what is shown of it."
  (if transform
      (let ((end (1- (length candidate))))
        (if (and (> end 0) (>= (aref candidate end) khoj-lite-hit--first))
            (substring candidate 0 end)
          candidate))
    (let ((hit (khoj-lite-hit-of candidate)))
      (if hit (khoj-lite-hit-file hit) ""))))

(defun khoj-lite-hit-file (hit)
  "Return the title and the file name of HIT's note."
  (let* ((path (alist-get 'path hit))
         (name (replace-regexp-in-string "\\`.*/" "" path))
         (title (string-trim (or (alist-get 'title hit) ""))))
    (if (or (string-empty-p title)
            (string-prefix-p title name t))
        name
      (format "%s (%s)" (string-replace "\n" " " title) name))))

(defun khoj-lite-hit-affixate (candidates)
  "Return CANDIDATES with what is shown after each."
  (let ((room (- (frame-width) khoj-lite-hit--heading-width 8)))
    (mapcar (lambda (candidate)
              (list candidate ""
                    (khoj-lite-hit--suffix (khoj-lite-hit-of candidate) (max 20 room))))
            candidates)))

(defun khoj-lite-hit--suffix (hit room)
  "Return the outline and snippet of HIT in ROOM columns."
  (if (not hit)
      ""
    (let ((outline (string-join (butlast (alist-get 'outline hit)) " › "))
          (snippet (khoj-lite-hit-snippet hit)))
      ;; Icomplete lines suffixes up itself, Vertico does not.
      (concat (propertize "  " 'display
                          `(space :align-to ,(+ 2 khoj-lite-hit--heading-width)))
              (truncate-string-to-width
               (concat (unless (string-empty-p outline)
                         (propertize (concat outline "  ") 'face 'khoj-lite-outline))
                       snippet)
               room nil nil t)))))

(defun khoj-lite-hit-snippet (hit)
  "Return the passage of HIT in one line, the words that were found marked."
  (let* ((text (subst-char-in-string ?\t ?\s
                                     (subst-char-in-string
                                      ?\n ?\s (copy-sequence (or (alist-get 'snippet hit) "")))))
         (size (length text))
         (first (or (caar (alist-get 'highlights hit)) 0)))
    (put-text-property 0 size 'face 'completions-annotations text)
    (dolist (range (alist-get 'highlights hit))
      (when (<= 0 (car range) (cadr range) size)
        (put-text-property (car range) (cadr range) 'face 'khoj-lite-match text)))
    (if (< first 40)
        text
      (concat "…" (substring text (- first 20))))))

(provide 'khoj-lite-hit)
;;; khoj-lite-hit.el ends here
