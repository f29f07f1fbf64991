# Reward by entropy, and what it predicts
#
# Reward and entropy of each step's rollouts, entropy of the policy at their tokens, temperature
# 1. R = −a·e^H + b (Cui et al. 2025) is fitted to the steps of the first third of each run by
# least squares. (a) Means of 5 steps, all seeds; a line for each seed's law. (b) Mean reward
# over the last tenth of the steps, and the law at these steps' entropies: it is told them. (c)
# Predicted less actual, mean over seeds with Student's t at 95 %: filled, the law at the end's
# entropies; ring, the law at entropy 0, which needs nothing of later; cross, the mean reward
# over as many steps at the end of the first third. rl (8 seeds): law at the end's entropy
# −0.167 [−0.227, −0.107], law at entropy 0 −0.0937 [−0.177, −0.00997], last seen −0.343
# [−0.420, −0.267]; law's |error| less that of what was last seen −0.176 [−0.214, −0.139].
# rl-from-start (8 seeds): law at the end's entropy 0.0277 [−0.00252, 0.0579], law at entropy 0
# 0.342 [0.210, 0.474], last seen −0.0636 [−0.0970, −0.0301]; law's |error| less that of what
# was last seen −0.0287 [−0.0745, 0.0170]. sft-rl (8 seeds): law at the end's entropy 0.0189
# [0.00403, 0.0338], law at entropy 0 0.163 [0.0941, 0.231], last seen −0.0359 [−0.0744,
# 0.00262]; law's |error| less that of what was last seen −0.0178 [−0.0574, 0.0217]. sft-plus-rl
# (8 seeds): law at the end's entropy −0.517 [−0.703, −0.332], law at entropy 0 −0.515 [−0.701,
# −0.328], last seen −0.602 [−0.783, −0.421]; law's |error| less that of what was last seen
# −0.0845 [−0.114, −0.0545]. srft (8 seeds): law at the end's entropy −0.366 [−0.570, −0.162],
# law at entropy 0 −0.360 [−0.568, −0.153], last seen −0.478 [−0.666, −0.289]; law's |error|
# less that of what was last seen −0.112 [−0.160, −0.0638]. The slope is within two standard
# errors of 0, steps taken as independent, in 1 of 40 fits.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot reward-entropy.gp
# It reads reward-entropy.tsv and writes reward-entropy.svg and reward-entropy.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 486,184 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_reward_entropy' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 486./72,184./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'reward-entropy.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.06403
  set rmargin at screen 0.30233
  set bmargin at screen 0.13587
  set tmargin at screen 0.84239
  set border 15 linewidth 0.5
  set xrange [0:0.46085092402881705]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0.0' 0, '0.1' 0.1, '0.2' 0.2, '0.3' 0.3, '0.4' 0.4)
  set yrange [0:1.02]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1)
  set label '(a) rl, and the laws' at screen 0.18318,0.88043 center noenhanced front
  set label 'entropy (nats)' at screen 0.18318,0.03261 center noenhanced front
  set label 'mean reward' at screen 0.01646,0.48913 center rotate by 90 noenhanced front
  set label 'filled: first third' at screen 0.07432,0.17935 left font ',8' noenhanced front
  unset colorbox
  set label '' at screen 0.14337,0.9538 point pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2'
  set label 'rl' at screen 0.17012,0.9538 left font ',8' noenhanced front
  set label '' at screen 0.29837,0.9538 point pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7'
  set label 'rl-from-start' at screen 0.32512,0.9538 left font ',8' noenhanced front
  set label '' at screen 0.45337,0.9538 point pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7'
  set label 'sft-rl' at screen 0.48012,0.9538 left font ',8' noenhanced front
  set label '' at screen 0.60836,0.9538 point pointtype 13 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73'
  set label 'sft-plus-rl' at screen 0.63511,0.9538 left font ',8' noenhanced front
  set label '' at screen 0.76336,0.9538 point pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73'
  set label 'srft' at screen 0.79011,0.9538 left font ',8' noenhanced front
  plot 'reward-entropy.tsv' index 0 using 1:2 with points pointtype 6 pointsize 0.35 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'reward-entropy.tsv' index 1 using 1:2 with points pointtype 7 pointsize 0.35 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'reward-entropy.tsv' index 2 using 1:2 with lines linewidth 0.7 linecolor rgb '#000000' dashtype solid notitle, \
    'reward-entropy.tsv' index 3 using 1:2 with lines linewidth 0.7 linecolor rgb '#000000' dashtype solid notitle, \
    'reward-entropy.tsv' index 4 using 1:2 with lines linewidth 0.7 linecolor rgb '#000000' dashtype solid notitle, \
    'reward-entropy.tsv' index 5 using 1:2 with lines linewidth 0.7 linecolor rgb '#000000' dashtype solid notitle, \
    'reward-entropy.tsv' index 6 using 1:2 with lines linewidth 0.7 linecolor rgb '#000000' dashtype solid notitle, \
    'reward-entropy.tsv' index 7 using 1:2 with lines linewidth 0.7 linecolor rgb '#000000' dashtype solid notitle, \
    'reward-entropy.tsv' index 8 using 1:2 with lines linewidth 0.7 linecolor rgb '#000000' dashtype solid notitle, \
    'reward-entropy.tsv' index 9 using 1:2 with lines linewidth 0.7 linecolor rgb '#000000' dashtype solid notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.38488
  set rmargin at screen 0.62317
  set bmargin at screen 0.13587
  set tmargin at screen 0.84239
  set border 15 linewidth 0.5
  set xrange [-0.02:1.02]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0.0' 0, '0.5' 0.5, '1.0' 1)
  set yrange [-0.02:1.02]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1)
  set label '(b) the end' at screen 0.50402,0.88043 center noenhanced front
  set label 'reward that came' at screen 0.50402,0.03261 center noenhanced front
  set label 'reward that the law predicts' at screen 0.33731,0.48913 center rotate by 90 noenhanced front
  unset colorbox
  plot 'reward-entropy.tsv' index 10 using 1:2 with lines linewidth 0.6 linecolor rgb '#808080' dashtype (1.2,1.6) notitle, \
    'reward-entropy.tsv' index 11 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'reward-entropy.tsv' index 12 using 1:2 with points pointtype 4 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'reward-entropy.tsv' index 13 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'reward-entropy.tsv' index 14 using 1:2 with points pointtype 13 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'reward-entropy.tsv' index 15 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle

  # panel 3
  reset
  set datafile separator "\t"
  set lmargin at screen 0.74319
  set rmargin at screen 0.98148
  set bmargin at screen 0.13587
  set tmargin at screen 0.84239
  set border 15 linewidth 0.5
  set xrange [-0.8327533331805214:0.5236954627464352]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('−0.5' -0.5, '0.0' 0, '0.5' 0.5)
  set yrange [-7.199999999999999:0.6]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('rl' 0, 'rl-from-start' -1, 'sft-rl' -2, 'sft-plus-rl' -3, 'srft' -4)
  set label '(c) predicted less actual' at screen 0.86233,0.88043 center noenhanced front
  set label 'error of reward' at screen 0.86233,0.03261 center noenhanced front
  set label 'filled: law' at screen 0.75348,0.29891 left font ',8' noenhanced front
  set label 'ring: law at entropy 0' at screen 0.75348,0.23913 left font ',8' noenhanced front
  set label 'cross: last seen' at screen 0.75348,0.17935 left font ',8' noenhanced front
  unset colorbox
  plot 'reward-entropy.tsv' index 16 using 1:2 with lines linewidth 0.6 linecolor rgb '#808080' dashtype (1.2,1.6) notitle, \
    'reward-entropy.tsv' index 17 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype solid notitle, \
    'reward-entropy.tsv' index 18 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'reward-entropy.tsv' index 19 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype solid notitle, \
    'reward-entropy.tsv' index 20 using 1:2 with points pointtype 6 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'reward-entropy.tsv' index 21 using 1:2 with lines linewidth 0.8 linecolor rgb '#0072b2' dashtype solid notitle, \
    'reward-entropy.tsv' index 22 using 1:2 with points pointtype 2 pointsize 0.45 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'reward-entropy.tsv' index 23 using 1:2 with lines linewidth 0.8 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'reward-entropy.tsv' index 24 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'reward-entropy.tsv' index 25 using 1:2 with lines linewidth 0.8 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'reward-entropy.tsv' index 26 using 1:2 with points pointtype 6 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'reward-entropy.tsv' index 27 using 1:2 with lines linewidth 0.8 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'reward-entropy.tsv' index 28 using 1:2 with points pointtype 2 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'reward-entropy.tsv' index 29 using 1:2 with lines linewidth 0.8 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'reward-entropy.tsv' index 30 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'reward-entropy.tsv' index 31 using 1:2 with lines linewidth 0.8 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'reward-entropy.tsv' index 32 using 1:2 with points pointtype 6 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'reward-entropy.tsv' index 33 using 1:2 with lines linewidth 0.8 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'reward-entropy.tsv' index 34 using 1:2 with points pointtype 2 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'reward-entropy.tsv' index 35 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'reward-entropy.tsv' index 36 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'reward-entropy.tsv' index 37 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'reward-entropy.tsv' index 38 using 1:2 with points pointtype 6 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'reward-entropy.tsv' index 39 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'reward-entropy.tsv' index 40 using 1:2 with points pointtype 2 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'reward-entropy.tsv' index 41 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'reward-entropy.tsv' index 42 using 1:2 with points pointtype 7 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'reward-entropy.tsv' index 43 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'reward-entropy.tsv' index 44 using 1:2 with points pointtype 6 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'reward-entropy.tsv' index 45 using 1:2 with lines linewidth 0.8 linecolor rgb '#009e73' dashtype solid notitle, \
    'reward-entropy.tsv' index 46 using 1:2 with points pointtype 2 pointsize 0.45 linewidth 0.7 linecolor rgb '#009e73' notitle

  unset multiplot
  set output
}
