;;; khoj-lite-open.el --- Going to the place that a hit names  -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The khoj_lite maintainers
;; SPDX-License-Identifier: AGPL-3.0-or-later

;;; Commentary:

;; A hit is an alist as the daemon sends it.  Its path travels as text
;; that is always valid: a byte of a file name that is no UTF-8 becomes
;; one private-use character, in Emacs a raw byte.
;;
;; Text files are visited.  What Emacs would show as binary (PDF, office
;; files), and what has no file at all (a page inside an archive, a file
;; of a repository elsewhere), is shown as the text that the daemon read.

;;; Code:

(require 'khoj-lite-http)
(require 'pulse)
(require 'xref)
(eval-when-compile (require 'subr-x))

(declare-function org-reveal "org" (&optional siblings))

(defconst khoj-lite-open--text-types
  '("org" "markdown" "text" "code" "csv" "html" "latex" "rst" "asciidoc")
  "Types of notes that Emacs shows as they were read.")

(defvar khoj-lite-open-note-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "o") #'khoj-lite-open-outside)
    map)
  "Keys in the text of a note that is no text file.")

(define-derived-mode khoj-lite-open-note-mode special-mode "Note"
  "The text of a note that Emacs cannot visit.

\\{khoj-lite-open-note-mode-map}"
  (setq-local truncate-lines nil)
  (visual-line-mode 1))

(defvar-local khoj-lite-open--uri nil
  "Address that opens the note of this buffer in its own program.")

(defun khoj-lite-open-file-name (wire)
  "Return the file name that WIRE, the path of a hit, stands for.
A name that looks remote to Emacs is quoted: it is a local one."
  (let ((name (if (string-match-p "[\U0010FF80-\U0010FFFF]" wire)
                  (apply #'string
                         (mapcar (lambda (char)
                                   (if (<= #x10FF80 char #x10FFFF)
                                       (unibyte-char-to-multibyte (- char #x10FF00))
                                     char))
                                 wire))
                wire)))
    (if (string-match-p "\\`/[^/]*:" name) (concat "/:" name) name)))

(defun khoj-lite-open-wire-path (file)
  "Return the local FILE as it travels to the daemon."
  (let ((name (string-remove-prefix "/:" (expand-file-name file))))
    (apply #'string
           (mapcar (lambda (char)
                     (if (<= #x3FFF80 char #x3FFFFF)
                         (+ (multibyte-char-to-unibyte char) #x10FF00)
                       char))
                   (string-to-multibyte name)))))

(defun khoj-lite-open-here ()
  "Return the path of this buffer's note as it travels, or signal a `user-error'."
  (let ((file (or buffer-file-name
                  (and (buffer-base-buffer)
                       (buffer-file-name (buffer-base-buffer))))))
    (cond ((not file) (user-error "This buffer visits no file"))
          ((file-remote-p file)
           (user-error "This note is on another machine; khoj_lite knows those of this one"))
          (t (khoj-lite-open-wire-path file)))))

(defun khoj-lite-open-hit (hit &optional other)
  "Go to the place that HIT names, in the OTHER window if that is non-nil."
  (let ((file (khoj-lite-open-file-name (alist-get 'path hit))))
    (if (and (member (alist-get 'type hit) khoj-lite-open--text-types)
             (file-readable-p file))
        (khoj-lite-open-place file (alist-get 'line hit) other)
      (khoj-lite-open--read hit other))))

(defun khoj-lite-open-place (file line &optional other)
  "Visit FILE at LINE, in the OTHER window if that is non-nil.
\\[xref-pop-marker-stack] goes back."
  (xref-push-marker-stack)
  (if other (find-file-other-window file) (find-file file))
  (khoj-lite-open--go (or line 1))
  (let ((pulse-flag (and pulse-flag (display-graphic-p))))
    (pulse-momentary-highlight-one-line (point))))

(defun khoj-lite-open--go (line)
  "Go to LINE of this buffer and make it visible."
  (when (buffer-narrowed-p)
    (unless (save-restriction
              (let ((low (point-min)) (high (point-max)))
                (widen)
                (goto-char (point-min))
                (forward-line (1- line))
                (<= low (point) high)))
      (widen)))
  (save-restriction
    (widen)
    (goto-char (point-min))
    (forward-line (1- line)))
  (when (derived-mode-p 'org-mode)
    (org-reveal))
  (when (eq (window-buffer) (current-buffer))
    (recenter (min 8 (/ (window-body-height) 3)))))

(defun khoj-lite-open--read (hit other)
  "Show the text that the daemon read for HIT, in the OTHER window or this one."
  (message "Reading %s..." (alist-get 'title hit))
  (khoj-lite-http-get
   "/note" `((id . ,(alist-get 'id hit)))
   (lambda (note)
     (message nil)
     (khoj-lite-open--show note (alist-get 'line hit) (alist-get 'uri hit) other))
   #'khoj-lite-http-tell))

(defun khoj-lite-open--show (note line uri other)
  "Show the text of NOTE at LINE; URI opens it elsewhere.  OTHER is as above."
  (let ((buffer (get-buffer-create (format "*khoj-lite note: %s*" (alist-get 'title note)))))
    (with-current-buffer buffer
      (let ((inhibit-read-only t))
        (erase-buffer)
        (insert (alist-get 'text note)))
      (khoj-lite-open-note-mode)
      (setq khoj-lite-open--uri uri)
      (setq header-line-format
            (substitute-command-keys
             (format " %s   \\<khoj-lite-open-note-mode-map>\\[khoj-lite-open-outside] opens it"
                     (string-replace "%" "%%" (alist-get 'path note))))))
    (if other (pop-to-buffer buffer) (pop-to-buffer-same-window buffer))
    (khoj-lite-open--go (or line 1))))

(defun khoj-lite-open-outside (&optional hit)
  "Open the note of HIT, or of this buffer, in the program that it belongs to."
  (interactive)
  (let ((uri (if hit (alist-get 'uri hit) khoj-lite-open--uri)))
    (if (and uri (string-match-p "\\`\\(?:file\\|obsidian\\|https?\\):" uri))
        (browse-url uri)
      (user-error "There is nothing to open"))))

(defun khoj-lite-open-link (hit)
  "Return a link to the place of HIT for this buffer's markup."
  (let* ((name (string-remove-prefix
                "/:" (khoj-lite-open-file-name (alist-get 'path hit))))
         (line (alist-get 'line hit))
         (title (khoj-lite-open-heading hit))
         (uri (alist-get 'uri hit))
         (file-p (file-exists-p (khoj-lite-open-file-name (alist-get 'path hit)))))
    (cond ((derived-mode-p 'org-mode)
           (format "[[%s][%s]]"
                   (khoj-lite-open-escape
                    (if file-p
                        (format "file:%s%s" (abbreviate-file-name name)
                                (if line (format "::%d" line) ""))
                      uri))
                   (replace-regexp-in-string "[][]" "" title)))
          (t (format "[%s](<%s>)" (replace-regexp-in-string "[][]" "" title)
                     (if file-p
                         (if buffer-file-name
                             (file-relative-name name (file-name-directory buffer-file-name))
                           name)
                       uri))))))

(defun khoj-lite-open-escape (target)
  "Return TARGET so that it may stand in an Org link."
  (replace-regexp-in-string
   "\\\\*[][]\\|\\\\+\\'"
   (lambda (found)
     (let* ((bracket (string-match-p "[][]\\'" found))
            (slashes (if bracket (substring found 0 -1) found)))
       (concat slashes slashes (and bracket (concat "\\" (substring found -1))))))
   target nil t))

(defun khoj-lite-open-heading (hit)
  "Return what HIT is called: its heading, else the title of its file."
  (let ((name (or (car (last (alist-get 'outline hit))) (alist-get 'title hit) "")))
    (if (string-blank-p name) "Untitled" (string-trim (string-replace "\n" " " name)))))

(provide 'khoj-lite-open)
;;; khoj-lite-open.el ends here
