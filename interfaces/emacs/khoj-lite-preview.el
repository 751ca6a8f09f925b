;;; khoj-lite-preview.el --- A hit in another window while choosing  -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The khoj_lite maintainers
;; SPDX-License-Identifier: AGPL-3.0-or-later

;;; Commentary:

;; The entry is asked of the daemon and shown in a buffer of our own, so
;; that no file is visited (and no hook run) for a candidate that is only
;; passed by.  Org entries are shown as Org.

;;; Code:

(require 'khoj-lite-open)

(declare-function org-mode "org" ())
(defvar org-inhibit-startup)

(defconst khoj-lite-preview--delay 0.12
  "Seconds that a candidate must stay selected before it is shown.")

(defconst khoj-lite-preview--buffer "*khoj-lite preview*"
  "Name of the buffer that a candidate is shown in.")

(defvar khoj-lite-preview--call nil
  "The call for the entry that will be shown.")

(defvar khoj-lite-preview--timer nil
  "Runs when a candidate has stayed selected.")

(defvar khoj-lite-preview--shown nil
  "Non-nil once a window was taken for a preview.")

(defvar-local khoj-lite-preview--overlay nil
  "Marks the line that was found.")

(defun khoj-lite-preview-hit (hit)
  "Show HIT in another window soon, unless another one is chosen first."
  (khoj-lite-preview--stop)
  (when hit
    (setq khoj-lite-preview--timer
          (run-at-time khoj-lite-preview--delay nil #'khoj-lite-preview--ask hit))))

(defun khoj-lite-preview-end (windows)
  "End previewing and put WINDOWS, a configuration, back."
  (khoj-lite-preview--stop)
  (when khoj-lite-preview--shown
    (setq khoj-lite-preview--shown nil)
    (set-window-configuration windows)
    (when-let ((buffer (get-buffer khoj-lite-preview--buffer)))
      (kill-buffer buffer))))

(defun khoj-lite-preview--stop ()
  "End what a preview waits for."
  (when khoj-lite-preview--timer
    (cancel-timer khoj-lite-preview--timer)
    (setq khoj-lite-preview--timer nil))
  (khoj-lite-http-cancel khoj-lite-preview--call)
  (setq khoj-lite-preview--call nil))

(defun khoj-lite-preview--ask (hit)
  "Ask the daemon for the entry of HIT and show it."
  (setq khoj-lite-preview--call
        (khoj-lite-http-get
         (format "/entries/%s" (alist-get 'id hit)) nil
         (lambda (entry)
           (when (active-minibuffer-window)
             (khoj-lite-preview--show hit entry)))
         #'ignore)))

(defun khoj-lite-preview--show (hit entry)
  "Show ENTRY, in which HIT was found, without leaving the minibuffer."
  (let ((buffer (get-buffer-create khoj-lite-preview--buffer))
        (line (- (or (alist-get 'line hit) 1) (or (alist-get 'line entry) 1))))
    (with-current-buffer buffer
      (khoj-lite-preview--fill (alist-get 'text entry) (alist-get 'type entry))
      (setq header-line-format
            (string-replace
             "%" "%%" (format " %s:%s"
                              (abbreviate-file-name
                               (khoj-lite-open-file-name (alist-get 'path hit)))
                              (alist-get 'line hit))))
      (goto-char (point-min))
      (forward-line line)
      (unless khoj-lite-preview--overlay
        (setq khoj-lite-preview--overlay (make-overlay 1 1)))
      (overlay-put khoj-lite-preview--overlay 'face 'highlight)
      (move-overlay khoj-lite-preview--overlay (line-beginning-position) (line-beginning-position 2)))
    (with-selected-window (or (minibuffer-selected-window) (selected-window))
      (when-let ((window (display-buffer
                          buffer '((display-buffer-reuse-window display-buffer-pop-up-window
                                                                display-buffer-use-some-window)
                                   (inhibit-same-window . t)))))
        (setq khoj-lite-preview--shown t)
        (set-window-point window (with-current-buffer buffer (point)))
        (set-window-start window (with-current-buffer buffer
                                   (save-excursion (forward-line -3) (point)))
                          t)))))

(defun khoj-lite-preview--fill (text type)
  "Put TEXT of a note of TYPE into this buffer, in a mode that suits it."
  (let ((inhibit-read-only t)
        (mode (cond ((not (equal type "org")) 'text-mode)
                    ;; Loading Org takes longer than anybody types.
                    ((featurep 'org) 'org-mode)
                    (t 'outline-mode))))
    (erase-buffer)
    (unless (eq major-mode mode)
      (setq khoj-lite-preview--overlay nil)
      (let ((org-inhibit-startup t))
        (delay-mode-hooks (funcall mode))))
    (insert (or text ""))
    (font-lock-mode 1)
    (set-buffer-modified-p nil)
    (setq buffer-read-only t)))

(provide 'khoj-lite-preview)
;;; khoj-lite-preview.el ends here
