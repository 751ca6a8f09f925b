;;; khoj-lite-daemon.el --- Finding and starting the daemon  -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The khoj_lite maintainers
;; SPDX-License-Identifier: AGPL-3.0-or-later

;;; Commentary:

;; A daemon leaves two files in its data folder: daemon.json says where
;; it listens, token holds the secret that opens it.  Both are small
;; local files and are read anew for every call, so that a daemon which
;; was started again, on another port even, is found at once.

;;; Code:

(require 'khoj-lite)
(require 'json)
(eval-when-compile (require 'subr-x))

(defvar khoj-lite-daemon--process nil
  "The daemon that this Emacs started, while it is starting or runs.")

(defvar khoj-lite-daemon--warned nil
  "Version of the daemon that the user was last warned of.")

(defconst khoj-lite-daemon--folder
  (file-name-directory (or load-file-name buffer-file-name default-directory))
  "Where these files are.")

(defun khoj-lite-daemon-home ()
  "Return the data folder of khoj_lite, with a slash at its end."
  (let ((variable (getenv "KHOJ_LITE_HOME")))
    (file-name-as-directory
     (expand-file-name
      (cond (khoj-lite-home)
            ((and variable (not (string-empty-p variable))) variable)
            ((alist-get 'home (khoj-lite-daemon--installed)))
            (t (khoj-lite-daemon--default-home)))
      "~"))))

(defun khoj-lite-daemon--default-home ()
  "Return the platform's folder for the data of this program."
  (pcase system-type
    ('windows-nt
     (expand-file-name "khoj-lite" (or (getenv "LOCALAPPDATA") "~/AppData/Local")))
    ('darwin "~/Library/Application Support/khoj-lite")
    (_ (let ((data (string-trim (or (getenv "XDG_DATA_HOME") ""))))
         (expand-file-name
          "khoj-lite" (if (string-empty-p data) "~/.local/share" data))))))

(defun khoj-lite-daemon--read (file)
  "Return the text of FILE, or nil when it cannot be read."
  (unless (file-remote-p file)
    (with-temp-buffer
      (ignore-errors
        (let ((coding-system-for-read 'utf-8))
          (insert-file-contents file))
        (buffer-string)))))

(defun khoj-lite-daemon--read-json (file)
  "Return the object in FILE as an alist, or nil."
  (when-let ((text (khoj-lite-daemon--read file)))
    (ignore-errors
      (let ((json-object-type 'alist) (json-array-type 'list))
        (json-read-from-string text)))))

(defun khoj-lite-daemon--installed ()
  "Return what the installation of these files noted down, as an alist."
  (khoj-lite-daemon--read-json
   (expand-file-name "installed.json" khoj-lite-daemon--folder)))

(defun khoj-lite-daemon-token ()
  "Return the token of this home, or nil when it has none yet."
  (when-let ((text (khoj-lite-daemon--read
                    (expand-file-name "token" (khoj-lite-daemon-home)))))
    (setq text (string-trim text))
    (unless (string-empty-p text) text)))

(defun khoj-lite-daemon-note ()
  "Return the note of the running daemon about itself, or nil.
It is an alist of pid, host, port, started and version.  A note that
a killed daemon left behind does not count."
  (let* ((note (khoj-lite-daemon--read-json
                (expand-file-name "daemon.json" (khoj-lite-daemon-home))))
         (pid (alist-get 'pid note)))
    (and (natnump pid)
         (natnump (alist-get 'port note))
         (or (eq system-type 'windows-nt) (eq 0 (signal-process pid 0)))
         note)))

(defun khoj-lite-daemon-address (note)
  "Return (HOST . PORT) where the daemon of NOTE answers."
  (let ((host (alist-get 'host note)))
    (cons (if (member host '(nil "" "0.0.0.0" "::")) "127.0.0.1" host)
          (alist-get 'port note))))

(defun khoj-lite-daemon-starting-p ()
  "Return non-nil while a daemon that this Emacs started has not answered yet."
  (and (process-live-p khoj-lite-daemon--process)
       (not (khoj-lite-daemon-note))))

(defun khoj-lite-daemon-command ()
  "Return program and arguments of khoj_lite, or nil when it is not found."
  (let ((noted (alist-get 'program (khoj-lite-daemon--installed))))
    (cond ((consp khoj-lite-program) khoj-lite-program)
          (khoj-lite-program (list (expand-file-name khoj-lite-program)))
          ((and (consp noted) (file-executable-p (car noted))) noted)
          ((executable-find "khoj-lite") (list "khoj-lite")))))

(defun khoj-lite-daemon-ensure ()
  "Make sure that there is a daemon, or one starting; ask before starting it.
Signal a `user-error' when it cannot be."
  (unless (or (khoj-lite-daemon-note) (khoj-lite-daemon-starting-p))
    (cond ((not (khoj-lite-daemon-command))
           (user-error "Program khoj-lite is not running and was not found; \
see the option khoj-lite-program"))
          ((or (eq khoj-lite-start t)
               (and (eq khoj-lite-start 'ask)
                    (y-or-n-p "The daemon of khoj_lite is not running.  Start it? ")))
           (khoj-lite-start))
          (t (user-error "The daemon of khoj_lite is not running")))))

;;;###autoload
(defun khoj-lite-start ()
  "Start the daemon, without opening its page.  It ends with this Emacs.
In a shell, \"khoj-lite service install\" has it run from login on."
  (interactive)
  (if (or (khoj-lite-daemon-note) (khoj-lite-daemon-starting-p))
      (message "khoj_lite is running")
    (let ((command (or (khoj-lite-daemon-command)
                       (user-error "Program khoj-lite was not found")))
          (default-directory (expand-file-name "~/"))
          (buffer (get-buffer-create " *khoj-lite daemon*")))
      (with-current-buffer buffer (erase-buffer))
      (message "Starting khoj_lite...")
      (add-hook 'kill-emacs-hook #'khoj-lite-daemon--end)
      (setq khoj-lite-daemon--process
            (make-process
             :name "khoj-lite-daemon"
             :buffer buffer
             :command (append
                       ;; Emacs hangs up on its children; the daemon shall end in order.
                       (and (executable-find "nohup") '("nohup"))
                       command
                       (list "--home" (directory-file-name (khoj-lite-daemon-home))
                             "serve" "--no-open"))
             :connection-type 'pipe
             :noquery t
             :sentinel #'khoj-lite-daemon--ended)))))

(defun khoj-lite-daemon--end ()
  "Ask the daemon that this Emacs started to end."
  (when (process-live-p khoj-lite-daemon--process)
    (signal-process khoj-lite-daemon--process 'SIGTERM)))

(defun khoj-lite-daemon--ended (process event)
  "Tell why PROCESS ended, if EVENT is that of a failure."
  (when (and (memq (process-status process) '(exit signal))
             (not (string-prefix-p "finished" event)))
    (message "khoj_lite stopped: %s" (khoj-lite-daemon-last-words process))))

(defun khoj-lite-daemon-last-words (&optional process)
  "Return the last line that PROCESS, the daemon started here, printed."
  (let ((buffer (process-buffer (or process khoj-lite-daemon--process))))
    (or (and (buffer-live-p buffer)
             (with-current-buffer buffer
               (car (last (split-string (buffer-string) "\n" t "[ \t\r]+")))))
        "it said nothing")))

(defun khoj-lite-daemon-check-version (note)
  "Warn, once for each version, when the daemon of NOTE is not of our version.
Major and minor version must be the same."
  (let ((version (alist-get 'version note)))
    (unless (or (not (stringp version))
                (equal version khoj-lite-daemon--warned)
                (equal (khoj-lite-daemon--series version)
                       (khoj-lite-daemon--series khoj-lite-version)))
      (setq khoj-lite-daemon--warned version)
      (message "khoj_lite is %s, its Emacs files are %s: \
run `khoj-lite emacs install' and start Emacs again"
               version khoj-lite-version))))

(defun khoj-lite-daemon--series (version)
  "Return major and minor of VERSION as a string."
  (if (string-match "\\`[0-9]+\\.[0-9]+" version) (match-string 0 version) version))

(provide 'khoj-lite-daemon)
;;; khoj-lite-daemon.el ends here
